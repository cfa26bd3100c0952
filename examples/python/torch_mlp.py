"""PyTorch: a small network on two spirals, Adam, everything that belongs to the state saved and loaded.

    polytempo run --hp 'lr~loguniform(1e-4,1e-1)' --hp 'weight_decay~loguniform(1e-6,1e-1)' --metric val_loss:min \\
        --members 8 --interval 100 --steps 2000 -- python3 torch_mlp.py

Where torch is not installed the script says so and ends with exit code 0 when it runs alone.
"""

import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "clients", "python"))
import polytempo  # noqa: E402  (in a project of its own: pip install, and no path)

try:
    import torch
except ImportError:
    print("torch_mlp.py needs PyTorch, which is not installed here: pip install torch")
    sys.exit(1 if "POLYTEMPO_UNTIL_STEP" in os.environ else 0)


def spirals(count, seed):
    generator = torch.Generator().manual_seed(seed)
    label = torch.randint(0, 2, (count,), generator=generator)
    radius = torch.rand(count, generator=generator)
    angle = 3 * math.pi * radius + math.pi * label
    points = torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], dim=1)
    return points + 0.02 * torch.randn(count, 2, generator=generator), label


device = "cuda" if torch.cuda.is_available() else "cpu"
train_x, train_y = (part.to(device) for part in spirals(2000, seed=1))
val_x, val_y = (part.to(device) for part in spirals(1000, seed=2))
loss_of = torch.nn.functional.cross_entropy

with polytempo.member(defaults={"lr": 1e-2, "weight_decay": 1e-4}) as m:
    for segment in m.segments():
        torch.manual_seed(segment.seed)
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 32), torch.nn.Tanh(), torch.nn.Linear(32, 32), torch.nn.Tanh(), torch.nn.Linear(32, 2)
        ).to(device)
        optimizer = torch.optim.AdamW(model.parameters())
        if segment.load:
            state = torch.load(os.path.join(segment.load, "state.pt"), map_location=device)
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
            torch.manual_seed(segment.seed)
        # After load_state_dict, which brings the old learning rate back.
        for group in optimizer.param_groups:
            group["lr"] = segment.hyperparameters["lr"]
            group["weight_decay"] = segment.hyperparameters["weight_decay"]
        for _ in segment.steps():
            rows = torch.randint(0, len(train_y), (128,)).to(device)
            loss = loss_of(model(train_x[rows]), train_y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            logits = model(val_x)
            val_loss = loss_of(logits, val_y)
            accuracy = (logits.argmax(1) == val_y).float().mean()
        torch.save(
            {"model": model.state_dict(), "optimizer": optimizer.state_dict()},
            os.path.join(segment.save, "state.pt"),
        )
        used = optimizer.param_groups[0]
        segment.report(
            val_loss=val_loss,
            val_accuracy=accuracy,
            using={"lr": used["lr"], "weight_decay": used["weight_decay"]},
        )
