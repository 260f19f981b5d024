import { basename } from "node:path";
import { eachMatch, type Rule } from "./rule.ts";

/** A file is named by the noun that it exports. */
export const fileNames: Rule = (file) => {
  const name = basename(file.path).replace(/(?:\.test)?\.ts$/u, "");
  if (!file.path.endsWith(".ts") || !bannedFiles.has(name)) return [];
  return [{ path: file.path, what: `"${name}" says nothing`, instead: "name it by what it exports" }];
};

/** One concept, one word: identifiers of the product that use another. */
export const words: Rule = (file) => {
  if (!/^src\/.*\.ts$/u.test(file.path) || file.isTest || file.path.endsWith(".d.ts")) return [];
  return eachMatch(file, file.code, /[A-Za-z_$][\w$]*/gu, ([identifier]) => {
    const banned = partsOf(identifier).find((part) => Object.hasOwn(bannedWords, part));
    return banned === undefined
      ? { what: "", instead: "" }
      : { what: `${identifier} says "${banned}"`, instead: bannedWords[banned] ?? "" };
  }).filter(({ what }) => what !== "");
};

/** "sessConnId" → sess, conn, id. */
export function partsOf(identifier: string): readonly string[] {
  return (identifier.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/gu) ?? []).map((part) => part.toLowerCase());
}

const bannedFiles = new Set([
  "util",
  "utils",
  "helper",
  "helpers",
  "types",
  "common",
  "index",
  "misc",
  "shared",
  "lib",
]);

/** Only words that mean nothing else in this code: what is told must be right each time. */
const bannedWords: Readonly<Record<string, string>> = {
  conn: "connection",
  conns: "connections",
  sess: "session",
  vdi: "session",
  buf: "bytes, or what the bytes are",
  ctx: "what it is the context of",
  cfg: "settings or configuration",
  mgr: "what it does",
  cnt: "count",
  idx: "index",
  req: "request",
  resp: "response",
  hdr: "header",
  len: "length",
  pwd: "password",
  passwd: "password",
  usr: "user",
  util: "what it does",
  utils: "what it does",
  whitelist: "what it allows",
  blacklist: "what it refuses",
};
