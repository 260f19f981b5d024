import { command } from "./command.ts";

export const doctor = command({
  name: "doctor",
  group: "service",
  summary: "Looks for everything that keeps people from working, and says what mends it",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {},
  details: [
    "A row for each thing that was looked at: ok; warning, which will keep somebody out or is odd; broken, which does " +
      "so now. Below a row that is not ok stands what mends it. It looks at the configuration, the service, seats, " +
      "the listeners at every address, the certificate, PAM, administrators, programs and desktops, display locks, " +
      "memory, processes, descriptors, room to write, names, the clock, the firewall, SELinux and AppArmor.",
    "It changes nothing, takes less than two seconds, and sees most as root.",
  ],
  examples: [
    { line: "holdfast doctor", does: "what is wrong here?" },
    { line: "holdfast doctor --json", does: "for a monitor" },
  ],
  exits: { 0: "nothing is broken", 1: "something is", 2: "wrong usage" },
  json: '{"findings":[{"about":"seats","is":"ok","evidence":"1 of 2 seats are taken (ServerMode is administration)"}]}',
  run: (given, surroundings) =>
    surroundings.doctor({ folders: given.folders, json: given.json, version: surroundings.version }),
});
