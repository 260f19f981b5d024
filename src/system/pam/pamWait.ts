import { closeSync, openSync, readFileSync, readlinkSync, readSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { descendantsOf } from "../processes/processList.ts";
import { readPamRules, ruleOf } from "./pamRules.ts";

/** What a PAM conversation stands in that does not come to an end. */
export interface PamWait {
  /** "it waits in pam_exec.so for /bin/sleep 1000"; a part of a sentence. */
  readonly words: string;
  /** The rule that names the module: "/etc/pam.d/holdfast:3". */
  readonly place: string | undefined;
}

/**
 * Looks into a process that is in the middle of PAM: which module it is in, and for which program or network address
 * that waits. undefined: none of it can be seen, as without root.
 */
export function pamWaitOf(pid: number, service: string): PamWait | undefined {
  const module = moduleOnStack(pid);
  const program = programUnder(pid);
  if (module === undefined && program === undefined) return undefined;
  const address = program === undefined ? addressOf(pid) : undefined;
  const rule = module === undefined ? undefined : ruleOf(readPamRules(service), module, program);
  const waitsFor = program ?? (address === undefined ? undefined : `an answer from ${address}`);
  const inside = module === undefined ? "it waits" : `it waits in ${module}`;
  return { words: waitsFor === undefined ? inside : `${inside} for ${waitsFor}`, place: rule?.place };
}

/** What a module has started, as pam_exec does. */
function programUnder(pid: number): string | undefined {
  const [child] = descendantsOf(pid);
  if (child === undefined) return undefined;
  const words = seen(() => readFileSync(`/proc/${child.pid}/cmdline`, "utf8")) ?? "";
  const line = words.replaceAll("\0", " ").trim();
  return (line === "" ? child.command : line).slice(0, 200);
}

/** The innermost return address on the stack that lies in a module. */
function moduleOnStack(pid: number): string | undefined {
  const maps = seen(() => readFileSync(`/proc/${pid}/maps`, "utf8"));
  const call = seen(() => readFileSync(`/proc/${pid}/syscall`, "utf8"));
  const stackAt = call?.trim().split(" ").at(-2);
  if (maps === undefined || stackAt === undefined || !/^0x[0-9a-f]+$/u.test(stackAt)) return undefined;
  const areas = maps.split("\n").flatMap(readArea);
  const modules = areas.filter(({ rights, path }) => rights.includes("x") && modulePath.test(path));
  const top = BigInt(stackAt);
  const stack = areas.find(({ from, to }) => from <= top && top < to);
  if (stack === undefined || modules.length === 0) return undefined;
  const length = Number(stack.to - top);
  const bytes = seen(() => readMemory(pid, top, Math.min(length, stackBytesMax))) ?? Buffer.alloc(0);
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    const word = bytes.readBigUInt64LE(at);
    const found = modules.find(({ from, to }) => from <= word && word < to);
    if (found !== undefined) return basename(found.path);
  }
  return undefined;
}

/** A line of proc_pid_maps(5). */
function readArea(line: string) {
  const [range = "", rights = "", , , , path = ""] = line.split(/\s+/u);
  const [from = "", to = ""] = range.split("-");
  return to === "" ? [] : [{ from: BigInt(`0x${from}`), to: BigInt(`0x${to}`), rights, path }];
}

function readMemory(pid: number, at: bigint, length: number): Buffer {
  const file = openSync(`/proc/${pid}/mem`, "r");
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(file, bytes, 0, length, at));
  } finally {
    closeSync(file);
  }
}

/** Whom it speaks with over TCP. proc_pid_net(5): addresses and ports are hexadecimal, IPv4 in the host's order. */
function addressOf(pid: number): string | undefined {
  const links = seen(() => readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`))) ?? [];
  const own = new Set(links.flatMap((link) => /^socket:\[(?<inode>\d+)\]$/u.exec(link)?.groups?.["inode"] ?? []));
  const lines = (seen(() => readFileSync(`/proc/${pid}/net/tcp`, "utf8")) ?? "").split("\n").slice(1);
  for (const line of lines) {
    const words = line.trim().split(/\s+/u);
    const [address = "", port = ""] = (words[2] ?? "").split(":");
    if (!own.has(words[9] ?? "") || port === "0000") continue;
    const bytes = address.match(/../gu)?.toReversed() ?? [];
    return `${bytes.map((each) => parseInt(each, 16)).join(".")}:${parseInt(port, 16)}`;
  }
  return undefined;
}

/** undefined: it is gone, or not for us to look at. */
function seen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

const modulePath = /\/pam_[^/]*\.so$/u;
const stackBytesMax = 0x100000;
