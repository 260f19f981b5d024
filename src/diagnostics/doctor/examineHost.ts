import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ok, warning, type Examined, type Finding } from "./finding.ts";

/** The clock, the firewall, SELinux and AppArmor, and the versions. */
export async function examineHost(host: Examined): Promise<readonly Finding[]> {
  return [...clock(host), ...(await firewall(host)), ...(await denials(host)), versions(host)];
}

/** A host whose clock runs before what was written on it refuses certificates, tickets and cookies. */
function clock({ root, folders, now, service }: Examined): readonly Finding[] {
  const set = service.is === "running" ? (service.status.clockSetBy ?? 0) : 0;
  if (toldFrom <= Math.abs(set)) {
    const what = `it was set ${set < 0 ? "back" : "forward"} by ${lengthOf(Math.abs(set))} since the service started, and says ${new Date(now).toISOString()}`;
    return [warning("clock", what, "timedatectl: is it right now? Then holdfast restart, and this is forgotten")];
  }
  const witness = [folders.state, join(root, "etc"), join(root, "var/log")].filter((path) => existsSync(path));
  const newest = Math.max(...witness.map((path) => statSync(path).mtimeMs));
  if (now + day < newest) {
    const what = `it says ${new Date(now).toISOString()}, and files here are of ${new Date(newest).toISOString()}`;
    return [warning("clock", what, "timedatectl set-ntp true, or date")];
  }
  return [ok("clock", new Date(now).toISOString())];
}

function lengthOf(ms: number): string {
  return ms < day ? `${Math.round(ms / 60_000)} minutes` : `${(ms / day).toFixed(1)} days`;
}

/** Rules that could keep clients away; whether they do depends on more than can be read in a moment. */
async function firewall({ isRoot, service }: Examined): Promise<readonly Finding[]> {
  if (!isRoot) return [];
  const rules = await output("nft", ["list", "ruleset"]);
  if (rules === undefined || rules.trim() === "") return [];
  const refuses = /hook input[^}]*policy drop|hook input[^}]*\b(?:drop|reject)\b/su.test(rules);
  if (!refuses) return [ok("firewall", "there are rules, and none for incoming connections drops or rejects")];
  const ports = service.is === "silent" ? [] : service.status.listening.map((each) => each.split(":").at(-1) ?? "");
  const named = ports.filter((port) => new RegExp(`\\b${port}\\b`, "u").test(rules));
  if (0 < named.length)
    return [ok("firewall", `incoming connections are filtered; port ${named.join(", ")} is named in the rules`)];
  const what = `incoming connections are filtered, and port ${ports.join(", ") || "3389"} is named in no rule`;
  return [warning("firewall", what, "nft list ruleset; allow the port where clients come from")];
}

/** What the kernel has forbidden to programs that sessions need. */
async function denials({ root, isRoot }: Examined): Promise<readonly Finding[]> {
  const enforcing = join(root, "sys/fs/selinux/enforce");
  const isEnforcing = existsSync(enforcing) && readFileSync(enforcing, "utf8").trim() === "1";
  const hasAppArmor = existsSync(join(root, "sys/kernel/security/apparmor/profiles"));
  if (!isRoot || (!isEnforcing && !hasAppArmor)) return [];
  const log = await output("dmesg", ["--notime"]);
  const lines = (log ?? "").split("\n").filter((line) => denial.test(line) && ours.test(line));
  if (lines.length === 0) return [ok("denials", isEnforcing ? "SELinux enforces; none seen" : "AppArmor: none seen")];
  const what = `${lines.length} denials in the kernel's log, the last: ${lines.at(-1)?.slice(0, 160)}`;
  return [warning("denials", what, isEnforcing ? "ausearch -m avc -ts recent" : "aa-status; dmesg | grep DENIED")];
}

function versions({ version, root }: Examined): Finding {
  const kernel = readFileSync(join(root, "proc/sys/kernel/osrelease"), "utf8").trim();
  const release = join(root, "etc/os-release");
  const name = existsSync(release) ? /^PRETTY_NAME="?([^"\n]*)/mu.exec(readFileSync(release, "utf8"))?.[1] : undefined;
  return ok(
    "versions",
    `Holdfast ${version}, Node ${process.versions.node}, Linux ${kernel}, ${name ?? "no os-release"}`,
  );
}

/** undefined: there is no such program, or it failed. */
async function output(program: string, words: readonly string[]): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(program, [...words], { timeout: 1000, maxBuffer: 0x1000000 })).stdout;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const day = 86_400_000;
const toldFrom = 600_000;
const denial = /apparmor="DENIED"|avc: +denied/u;
const ours = /Xvfb|holdfast|xkbcomp|dbus-daemon|\bnode\b/u;
