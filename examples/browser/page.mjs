import { threads } from "polytempo/executors";
import { population, side } from "./population.mjs";

const show = (id, text) => {
  document.getElementById(id).textContent = text;
};
const canvas = document.getElementById("picture").getContext("2d");

/** Orange to blue, as the answer goes from one spiral to the other. */
function draw(picture) {
  const image = canvas.createImageData(side, side);
  for (const [i, value] of picture.entries()) {
    image.data.set([230 - 230 * value, 140, 20 + 200 * value, 255], 4 * i);
  }
  canvas.putImageData(image, 0, 0);
}

// Shared memory, and with it threads, needs a page that is cross-origin isolated; without it one thread does all.
show(
  "threads",
  threads() ? `${navigator.hardwareConcurrency}` : "one: the page is not cross-origin isolated",
);

const asked = new URLSearchParams(location.search);
const number = (name, otherwise) => Number(asked.get(name) ?? otherwise);
const options = {
  members: number("members", 64),
  generations: number("generations", 30),
  interval: number("interval", 50),
  seed: number("seed", 1),
};

async function run() {
  const began = performance.now();
  const losses = [];
  for await (const state of population(options)) {
    const { generation, step, best, hyperparameters, accuracy, picture } = state;
    losses.push(state.losses);
    draw(picture);
    show("generation", `${generation} of ${options.generations}`);
    show("loss", state.losses[best].toFixed(4));
    show("accuracy", `${(100 * accuracy).toFixed(1)} %`);
    show("rate", hyperparameters[best].learningRate.toPrecision(3));
    show("speed", String(Math.round((options.members * step) / ((performance.now() - began) / 1000))));
    // Lets the page paint.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { isolated: crossOriginIsolated, threads: threads(), losses };
}

globalThis.finished = run();
