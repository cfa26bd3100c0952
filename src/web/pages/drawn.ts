/** The pages that draw: one piece of code, fetched once the run's facts and answers are on the screen. */
export { ComparePage } from "./ComparePage.tsx";
export { DynamicsPage } from "./DynamicsPage.tsx";
export { EventsPage } from "./EventsPage.tsx";
export { FitnessPage } from "./FitnessPage.tsx";
export { HyperparametersPage } from "./HyperparametersPage.tsx";
export { LineagePage } from "./LineagePage.tsx";
export { MembersPage } from "./MembersPage.tsx";
export { OverviewPage } from "./OverviewPage.tsx";
