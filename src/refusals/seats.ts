import { number, object, oneOf, optional, text } from "#base/shape/shape.ts";
import { entry } from "./entry.ts";

/** Why one who is who he says he is gets no session at this moment. */
export const seatRefusals = {
  "HF-SEAT-01": entry({
    facts: object({ used: number, limit: number, host: text }),
    title: "All seats are taken",
    explain: (r) => `${r.used} of ${r.limit} sessions are in use on ${r.host}, and none came free.`,
    culprit: () => ({ is: "setting", name: "MaxInstanceCount" }),
    remedy:
      "Try again later. The administrator sees who is there with `holdfast query session`, comes in himself with /admin whatever is taken, and finds the limit in MaxInstanceCount.",
    helpers: ["you", "administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SEAT-02": entry({
    facts: object({}),
    title: "Remote logins are switched off",
    explain: () => "The administrator has switched all remote logins off (`change logon /disable`).",
    culprit: () => ({ is: "order", name: "change logon /disable" }),
    remedy: "Ask the administrator. He comes in with /admin, and switches them on with `change logon /enable`.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SEAT-03": entry({
    facts: object({}),
    title: "This host takes no new sessions",
    explain: () =>
      "The administrator lets it run empty (`change logon /drain`). Who has a session here can return to it.",
    culprit: () => ({ is: "order", name: "change logon /drain" }),
    remedy: "Use another host, or ask the administrator, who ends this with `change logon /enable`.",
    helpers: ["administrator"],
    tell: "ERRINFO_SERVER_DENIED_CONNECTION",
  }),
  "HF-SEAT-04": entry({
    facts: object({
      resource: oneOf("memory", "processes", "descriptors", "runSpace", "displays"),
      left: number,
      reserved: number,
      /** Which folder it is. */
      where: optional(text),
    }),
    title: "This host has no room for one more session",
    explain: (r) => `${leftWords(r)}; the last ${r.reserved} are kept for the administrator.`,
    culprit: (r) =>
      r.resource === "displays"
        ? { is: "program", name: "X servers, by their sockets in /tmp/.X11-unix" }
        : { is: "setting", name: reserves[r.resource] ?? "ReservedMemory" },
    remedy:
      "Try again later. The administrator comes in with /admin, and finds with `holdfast memory` and `holdfast leaks` who has it; the reserves are the settings ReservedMemory, ReservedProcesses, ReservedDescriptors and ReservedRunSpace.",
    helpers: ["administrator"],
    tell: "ERRINFO_OUT_OF_MEMORY",
  }),
  "HF-SEAT-05": entry({
    facts: object({ user: text, group: text }),
    title: "This door is for administrators",
    explain: (r) => `“${r.user}” asked for an administrative session (/admin) and is not in the group “${r.group}”.`,
    culprit: () => ({ is: "setting", name: "Administrators" }),
    remedy: "Connect without /admin. The group is the setting Administrators.",
    helpers: ["you"],
    tell: "ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES",
  }),
  "HF-SEAT-06": entry({
    facts: object({ holder: text, per: oneOf("user", "device"), count: number }),
    title: "No licence is left",
    explain: (r) =>
      `This host counts licences by ${r.per}. All ${r.count} are held by others; there is none for “${r.holder}”.`,
    culprit: () => ({ is: "setting", name: "Licences" }),
    remedy:
      "Ask the administrator. He sees with `holdfast query licence` who holds them and until when; the settings are Licences and RefuseWithoutLicence. He himself comes in with /admin.",
    helpers: ["administrator"],
    tell: "ERRINFO_LICENSE_NO_LICENSE",
  }),
};

interface Left {
  readonly resource: string;
  readonly left: number;
  readonly where?: string;
}

function leftWords({ resource, left, where = "the run folder" }: Left): string {
  switch (resource) {
    case "memory":
      return `${left} MB of memory are left`;
    case "processes":
      return `${left} more processes can be started`;
    case "descriptors":
      return `${left} more files can be opened`;
    case "runSpace":
      return `${left} MB are left in ${where}, where sessions have their sockets and screens`;
    case "displays":
      return `${left} more X displays can be numbered`;
    default:
      return `${left} of ${resource} are left`;
  }
}

const reserves: Readonly<Partial<Record<string, string>>> = {
  memory: "ReservedMemory",
  processes: "ReservedProcesses",
  descriptors: "ReservedDescriptors",
  runSpace: "ReservedRunSpace",
};
