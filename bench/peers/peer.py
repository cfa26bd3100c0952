"""A peer of the compute benchmark: python3 peer.py numpy|jax|torch

Reads one request per line, {"workload": "W1", ...sizes}, and answers {"perSecond", "perCpuSecond"} in member-steps or
agent-steps, so that peers and our own code can alternate in one session. The first line says versions, or why the peer is absent.
"""

import json
import math
import sys
import time


def sgd_shapes(r):
    return r["members"], r["inputs"], r["hidden"], r["outputs"], r["batch"], r["rows"]


class NumPy:
    """Batched arrays, one call per operation."""

    def __init__(self):
        import numpy as np

        self.np = np
        self.version = {"numpy": np.__version__}

    def mlp(self, r):
        np = self.np
        p, d, h, c, b, n = sgd_shapes(r)
        g = np.random.default_rng(0)
        x = g.random((n, d), dtype=np.float32)
        y = g.integers(0, c, n)
        w1 = g.standard_normal((p, d, h), dtype=np.float32) / np.float32(math.sqrt(d))
        w2 = g.standard_normal((p, h, c), dtype=np.float32) / np.float32(math.sqrt(h))
        b1 = np.zeros((p, 1, h), np.float32)
        b2 = np.zeros((p, 1, c), np.float32)
        parameters = [w1, b1, w2, b2]
        velocity = [np.zeros_like(a) for a in parameters]
        rate = np.linspace(0.02, 0.055, p, dtype=np.float32)[:, None, None]
        beta = np.linspace(0.5, 0.85, p, dtype=np.float32)[:, None, None]
        decay = np.linspace(1e-5, 4e-5, p, dtype=np.float32)[:, None, None]

        def step():
            index = g.integers(0, n, (p, b))
            xb, yb = x[index], y[index]
            hidden = np.tanh(xb @ w1 + b1)
            z = hidden @ w2 + b2
            z -= z.max(2, keepdims=True)
            np.exp(z, out=z)
            z /= z.sum(2, keepdims=True)
            np.put_along_axis(z, yb[..., None], np.take_along_axis(z, yb[..., None], 2) - 1, 2)
            z /= b
            dh = (z @ w2.transpose(0, 2, 1)) * (1 - hidden * hidden)
            gradients = [
                xb.transpose(0, 2, 1) @ dh,
                dh.sum(1, keepdims=True),
                hidden.transpose(0, 2, 1) @ z,
                z.sum(1, keepdims=True),
            ]
            for a, v, q in zip(parameters, velocity, gradients):
                v *= beta
                v += q + decay * a
                a -= rate * v

        return step, p

    def agents(self, r):
        np = self.np
        n = r["agents"]
        g = np.random.default_rng(0)
        t = np.zeros((2, n), np.float32)
        h = (0.5 * np.sin(np.arange(n))).astype(np.float32)
        amplitude = np.sqrt(2 * 0.01 * (0.1 + 0.05 * np.cos(np.arange(n)))).astype(np.float32)

        def step():
            force = 4 * t * (t * t - 1) + h * t[::-1]
            t[:] = t - np.float32(0.01) * force + amplitude * g.standard_normal((2, n), dtype=np.float32)

        return step, n


class Jax:
    """jit of a scan over steps of a vmap over members."""

    def __init__(self):
        import jax

        self.jax = jax
        self.version = {"jax": jax.__version__, "jaxlib": __import__("jaxlib").__version__}

    def mlp(self, r):
        jax = self.jax
        jnp = jax.numpy
        p, d, h, c, b, n = sgd_shapes(r)
        keys = jax.random.split(jax.random.key(0), 6)
        x = jax.random.uniform(keys[0], (n, d))
        y = jax.random.randint(keys[1], (n,), 0, c)
        parameters = {
            "w1": jax.random.normal(keys[2], (p, d, h)) / math.sqrt(d),
            "b1": jnp.zeros((p, h)),
            "w2": jax.random.normal(keys[3], (p, h, c)) / math.sqrt(h),
            "b2": jnp.zeros((p, c)),
        }
        velocity = jax.tree.map(jnp.zeros_like, parameters)
        hyper = (jnp.linspace(0.02, 0.055, p), jnp.linspace(0.5, 0.85, p), jnp.linspace(1e-5, 4e-5, p))

        def loss(q, xb, yb):
            z = jnp.tanh(xb @ q["w1"] + q["b1"]) @ q["w2"] + q["b2"]
            return -jnp.take_along_axis(jax.nn.log_softmax(z), yb[:, None], 1).mean()

        def one(q, v, key, rate, beta, decay):
            index = jax.random.randint(key, (b,), 0, n)
            gradient = jax.grad(loss)(q, x[index], y[index])
            v = jax.tree.map(lambda v, g, a: beta * v + g + decay * a, v, gradient, q)
            return jax.tree.map(lambda a, v: a - rate * v, q, v), v

        steps = r["stepsPerCall"]

        @jax.jit
        def call(q, v, key):
            def body(carry, key):
                return jax.vmap(one)(*carry, jax.random.split(key, p), *hyper), None

            return jax.lax.scan(body, (q, v), jax.random.split(key, steps))[0]

        state = [parameters, velocity]
        count = [0]

        def run():
            count[0] += 1
            state[:] = call(*state, jax.random.key(count[0]))
            jax.block_until_ready(state)

        return run, p * steps

    def agents(self, r):
        jax = self.jax
        jnp = jax.numpy
        n, steps = r["agents"], r["stepsPerCall"]
        h = 0.5 * jnp.sin(jnp.arange(n, dtype=jnp.float32))
        amplitude = jnp.sqrt(2 * 0.01 * (0.1 + 0.05 * jnp.cos(jnp.arange(n, dtype=jnp.float32))))

        @jax.jit
        def call(t, key):
            def body(t, key):
                force = 4 * t * (t * t - 1) + h * t[::-1]
                return t - 0.01 * force + amplitude * jax.random.normal(key, t.shape), None

            return jax.lax.scan(body, t, jax.random.split(key, steps))[0]

        state = [jnp.zeros((2, n))]
        count = [0]

        def run():
            count[0] += 1
            state[0] = jax.block_until_ready(call(state[0], jax.random.key(count[0])))

        return run, n * steps


class Torch:
    """Batched matrices with gradients written by hand; compiled where the machine has a compiler."""

    def __init__(self):
        import torch

        self.torch = torch
        torch.set_grad_enabled(False)
        self.version = {"torch": torch.__version__}

    def compiled(self, f, *probe):
        try:
            made = self.torch.compile(f)
            made(*probe)
            self.version["torch.compile"] = "yes"
            return made
        except Exception as error:  # no C++ compiler on the machine
            self.version["torch.compile"] = "no: " + type(error).__name__
            return f

    def mlp(self, r):
        torch = self.torch
        p, d, h, c, b, n = sgd_shapes(r)
        x = torch.rand(n, d)
        y = torch.randint(0, c, (n,))
        q = [torch.randn(p, d, h) / math.sqrt(d), torch.zeros(p, 1, h), torch.randn(p, h, c) / math.sqrt(h)]
        q.append(torch.zeros(p, 1, c))
        v = [torch.zeros_like(a) for a in q]
        rate = torch.linspace(0.02, 0.055, p)[:, None, None]
        beta = torch.linspace(0.5, 0.85, p)[:, None, None]
        decay = torch.linspace(1e-5, 4e-5, p)[:, None, None]
        one_hot = torch.eye(c)

        def step(index, w1, b1, w2, b2, v1, v2, v3, v4):
            xb = x[index]
            hidden = torch.tanh(torch.baddbmm(b1, xb, w1))
            z = (torch.softmax(torch.baddbmm(b2, hidden, w2), 2) - one_hot[y[index]]) / b
            dh = torch.bmm(z, w2.transpose(1, 2)) * (1 - hidden * hidden)
            gradients = (
                torch.bmm(xb.transpose(1, 2), dh),
                dh.sum(1, keepdim=True),
                torch.bmm(hidden.transpose(1, 2), z),
                z.sum(1, keepdim=True),
            )
            for a, w, g in zip((w1, b1, w2, b2), (v1, v2, v3, v4), gradients):
                w.mul_(beta).add_(g + decay * a)
                a.sub_(rate * w)

        f = self.compiled(step, torch.randint(0, n, (p, b)), *q, *v)
        return lambda: f(torch.randint(0, n, (p, b)), *q, *v), p

    def agents(self, r):
        torch = self.torch
        n = r["agents"]
        t = torch.zeros(2, n)
        h = 0.5 * torch.sin(torch.arange(n))
        amplitude = torch.sqrt(2 * 0.01 * (0.1 + 0.05 * torch.cos(torch.arange(n))))

        def step(t, noise):
            t.sub_(0.01 * (4 * t * (t * t - 1) + h * t.flip(0))).add_(amplitude * noise)

        f = self.compiled(step, t, torch.randn(2, n))
        return lambda: f(t, torch.randn(2, n)), n


def main():
    name = sys.argv[1]
    try:
        peer = {"numpy": NumPy, "jax": Jax, "torch": Torch}[name]()
    except ImportError as error:
        print(json.dumps({"absent": str(error)}), flush=True)
        return
    print(json.dumps({"versions": {"python": sys.version.split()[0], **peer.version}}), flush=True)
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        kind = request["workload"]
        if kind not in prepared:
            prepared[kind] = peer.agents(request) if "agents" in request else peer.mlp(request)
            for _ in range(2):
                prepared[kind][0]()
        run, units = prepared[kind]
        calls, start, cpu = 0, time.perf_counter(), time.process_time()
        while calls == 0 or time.perf_counter() - start < request["seconds"]:
            run()
            calls += 1
        answer = {
            "perSecond": units * calls / (time.perf_counter() - start),
            "perCpuSecond": units * calls / (time.process_time() - cpu),
            "versions": peer.version,
        }
        print(json.dumps(answer), flush=True)


main()
