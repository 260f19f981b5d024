import { setTimeout as delay } from "node:timers/promises";
import { milliseconds, type Milliseconds } from "#base/units.ts";
import { examineCertificate } from "./examineCertificate.ts";
import { examineDesktop } from "./examineDesktop.ts";
import { examineHost } from "./examineHost.ts";
import { examineNames } from "./examineNames.ts";
import { examinePeople } from "./examinePeople.ts";
import { examinePolicies } from "./examinePolicies.ts";
import { examineRefusals } from "./examineRefusals.ts";
import { examineRoom } from "./examineRoom.ts";
import { examineService } from "./examineService.ts";
import { reachListeners } from "./reachListeners.ts";
import { warning, type Examination, type Examined, type Finding } from "./finding.ts";

/**
 * Every examination, all at the same time; the rows in this order. One that takes longer than `within` is a row too.
 */
export async function diagnose(
  host: Examined,
  within: Milliseconds = milliseconds(1500),
  examinations: readonly Examination[] = all,
): Promise<readonly Finding[]> {
  const rows = await Promise.all(examinations.map((each) => examined(each, host, within)));
  return rows.flat();
}

async function examined(
  { about, examine }: Examination,
  host: Examined,
  within: Milliseconds,
): Promise<readonly Finding[]> {
  const late = new AbortController();
  try {
    const rows = await Promise.race([
      Promise.resolve().then(() => examine(host)),
      delay(within, undefined, { signal: late.signal, ref: false }),
    ]);
    if (rows !== undefined) return rows;
    return [
      warning(about, `looking took longer than ${within / 1000} s, and was given up`, "holdfast doctor, once more"),
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const mend = host.isRoot ? "see the message" : "run holdfast doctor as root, who sees everything";
    return [warning(about, `could not be looked at: ${why}`, mend)];
  } finally {
    late.abort();
  }
}

const all: readonly Examination[] = [
  { about: "service", examine: examineService },
  { about: "listener", examine: reachListeners },
  { about: "certificate", examine: examineCertificate },
  { about: "sign-in", examine: examinePeople },
  { about: "policies", examine: examinePolicies },
  { about: "refusals", examine: examineRefusals },
  { about: "desktop", examine: examineDesktop },
  { about: "room", examine: examineRoom },
  { about: "names", examine: examineNames },
  { about: "host", examine: examineHost },
];
