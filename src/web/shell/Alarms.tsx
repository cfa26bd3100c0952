import { manifest } from "../data/run.ts";

/** What the slow step warns of, above every page of the run. */
export function Alarms() {
  const alarms = manifest.value?.quality.alarms ?? [];
  const control = manifest.value?.control ?? null;
  return (
    <>
      {control !== null && <p class="notice" data-control>{`This is a ${control.title}.`}</p>}
      {alarms.map((alarm) => (
        <p key={alarm} class="notice" data-kind="warning" data-alarm>
          {`Alarm: ${alarm}.`}
        </p>
      ))}
    </>
  );
}
