/** Writes a sample of every member four times a second, as trainers do, until it is told to end. */
import { parentPort, workerData } from "node:worker_threads";

const { store: module, directory, generation, members, metric } = workerData;
const { openRunStore } = await import(module);
const store = await openRunStore(directory);
let { step } = workerData;

function write() {
  step++;
  for (let member = 0; member < members; member++) {
    store.addMetrics(member, generation, 1, step, { [metric]: 0.1 + Math.sin(step + member) / 100 });
  }
}

// The first write reads where each of the series ends; what is measured comes after it.
write();
store.metrics(metric, 0, { from: step });
setTimeout(() => parentPort.postMessage("ready"), 1000);
const timer = setInterval(write, 250);
parentPort.once("message", () => {
  clearInterval(timer);
  store.close();
});
