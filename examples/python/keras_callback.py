"""A callback in the style of Keras: one epoch is one step, and `fit` stays as it is.

A sketch to copy from. It needs Keras 3 only where `train()` builds a model; the callback itself needs nothing, so that
frameworks with the same shape of callback can use it too.

    polytempo run --hp 'lr~loguniform(1e-4,1e-1)' --metric val_loss:min --members 4 --interval 1 --steps 20 \\
        -- python3 keras_callback.py
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))
import polytempo  # noqa: E402  (in a project of its own: pip install, and no path)


class PolytempoCallback:
    """Sets the hyperparameters before training, reports every epoch, saves at the end of the segment."""

    def __init__(self, segment, set_hyperparameters, get_hyperparameters):
        self.segment = segment
        self.set_hyperparameters = set_hyperparameters
        self.get_hyperparameters = get_hyperparameters
        self.model = None

    def set_model(self, model):
        self.model = model

    def on_train_begin(self, logs=None):
        # Here and not at construction: loading weights may have brought old values back.
        self.set_hyperparameters(self.model, self.segment.hyperparameters)

    def on_epoch_end(self, epoch, logs=None):
        step = epoch + 1
        if step == self.segment.until_step:
            self.model.save(os.path.join(self.segment.save, "model.keras"))
        self.segment.report(step=step, metrics=logs or {}, using=self.get_hyperparameters(self.model))


def train():
    try:
        import keras
    except ImportError:
        print("keras_callback.py needs Keras 3 to train: pip install keras and one of its backends")
        sys.exit(1 if "POLYTEMPO_UNTIL_STEP" in os.environ else 0)

    class Callback(PolytempoCallback, keras.callbacks.Callback):
        def __init__(self, *arguments):
            keras.callbacks.Callback.__init__(self)
            PolytempoCallback.__init__(self, *arguments)

        def set_model(self, model):
            keras.callbacks.Callback.set_model(self, model)

    (x, y), (val_x, val_y) = keras.datasets.mnist.load_data()

    def set_hyperparameters(model, h):
        model.optimizer.learning_rate = h["lr"]

    def get_hyperparameters(model):
        return {"lr": float(model.optimizer.learning_rate)}

    with polytempo.member(defaults={"lr": 1e-3}) as m:
        for segment in m.segments():
            keras.utils.set_random_seed(segment.seed % 2**32)
            if segment.load:
                model = keras.models.load_model(os.path.join(segment.load, "model.keras"))
            else:
                layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), keras.layers.Dense(64, "relu")]
                model = keras.Sequential([*layers, keras.layers.Dense(10, "softmax")])
                model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            model.fit(
                x,
                y,
                validation_data=(val_x, val_y),
                initial_epoch=segment.from_step,
                epochs=segment.until_step,
                callbacks=[Callback(segment, set_hyperparameters, get_hyperparameters)],
                verbose=0,
            )


if __name__ == "__main__":
    train()
