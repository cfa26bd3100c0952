export { reference } from "./session.ts";
