import type { WallTime } from "#base/units.ts";
import type { LicenceReply } from "#contracts/admin.ts";
import { withAdmin, type Admin } from "./adminSocket.ts";
import { plain } from "./columns.ts";
import { command, serverSwitch } from "./command.ts";
import { localeOf, shortDateAndTime, type TimeStyle } from "./shortDateAndTime.ts";

export const queryLicence = command({
  name: "query licence",
  alias: "query license",
  group: "look",
  summary: "Says who holds the licences, and for whom none was left",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: { server: serverSwitch },
  details: [
    "Holdfast needs no licences. A host that has promised somebody to count users or devices does it with the " +
      'settings LicensingMode (4 users, 2 devices), Licences and ServerMode = "applicationServer".',
    "The terms are those of Windows. A user holds a licence for 60 days since he was last here. A device gets one for " +
      "90 days, and from its second connection one for 52 to 89 days, which is renewed in its last week. Nobody is " +
      "refused in the first 120 days, nor later unless RefuseWithoutLicence says so.",
  ],
  examples: [{ line: "holdfast query licence", does: "who holds them, and until when" }],
  exits: {
    0: "there are enough",
    1: "somebody came for whom none was left; or none are counted, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"counted":true,"per":"user","count":5,"refuses":false,"graceDaysLeft":118,"licences":[{"holder":"bob",' +
    '"kind":"permanent","issuedAt":"2026-11-20T21:15:00.000Z","expiresAt":"2027-01-19T21:15:00.000Z",' +
    '"lastUsedAt":"2026-11-20T21:15:00.000Z"}],"uncovered":[{"holder":"eve","lastAt":"2026-11-20T21:16:00.000Z"}]}',
  run: (given, surroundings) =>
    withAdmin(given, surroundings, async (admin) => {
      const known = await allLicences(admin);
      if (known.is === "uncounted") {
        if (given.json) return { exit: 1, out: `${JSON.stringify({ counted: false })}\n` };
        return { exit: 1, out: "Licences are not counted here: the settings LicensingMode and Licences say so.\n" };
      }
      const exit = known.uncovered.length === 0 ? 0 : 1;
      const style = { locale: localeOf(surroundings.environment) };
      return { exit, out: given.json ? licencesJson(known) : licenceLines(known, style) };
    }),
});

type Counted = Extract<LicenceReply, { readonly is: "counted" }>;

async function allLicences(admin: Admin): Promise<LicenceReply> {
  const first = await admin.call("licences", {});
  if (first.is === "uncounted") return first;
  const licences = [...first.licences];
  for (let last: LicenceReply = first; last.is === "counted" && last.more;) {
    const after = licences.at(-1)?.holder ?? "";
    last = await admin.call("licences", { after });
    if (last.is === "counted") licences.push(...last.licences);
  }
  return { ...first, licences };
}

function licenceLines({ per, count, refuses, graceDaysLeft, licences, uncovered }: Counted, style: TimeStyle): string {
  const time = (at: WallTime) => shortDateAndTime(at, style);
  const whom = refuses && graceDaysLeft === 0 ? "are refused" : "come in all the same";
  const grace = graceDaysLeft === 0 ? "is over" : `lasts ${graceDaysLeft} more days`;
  return [
    `${licences.length} of ${count} licences are held, counted by ${per}. The time of grace ${grace}; others ${whom}.`,
    row("HOLDER", "KIND", "UNTIL", "LAST USED"),
    ...licences.map((each) => row(plain(each.holder), each.kind, time(each.expiresAt), time(each.lastUsedAt))),
    ...uncovered.map((each) => row(plain(each.holder), "none", "", time(each.lastAt))),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function licencesJson({ per, count, refuses, graceDaysLeft, licences, uncovered }: Counted): string {
  const report = {
    counted: true,
    per,
    count,
    refuses,
    graceDaysLeft,
    licences: licences.map(({ holder, kind, issuedAt, expiresAt, lastUsedAt }) => ({
      holder,
      kind,
      issuedAt: iso(issuedAt),
      expiresAt: iso(expiresAt),
      lastUsedAt: iso(lastUsedAt),
    })),
    uncovered: uncovered.map(({ holder, lastAt }) => ({ holder, lastAt: iso(lastAt) })),
  };
  return `${JSON.stringify(report)}\n`;
}

function row(holder: string, kind: string, until: string, used: string): string {
  return ` ${holder.padEnd(22)}${kind.padEnd(11)}${until.padEnd(20)}${used}`.trimEnd();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
