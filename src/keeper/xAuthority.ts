import { closeSync, fchownSync, openSync, writeSync } from "node:fs";

/**
 * Writes an Xauthority file of one entry, for any host and any display (FamilyWild, Xau(3)), readable by its owner
 * alone.
 * `cookie`: 16 bytes.
 */
export function writeXAuthority(
  path: string,
  cookie: Uint8Array,
  owner: { readonly uid: number; readonly gid: number },
): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, xAuthorityEntry(cookie));
    // By descriptor: the folder is the owner's, who may have put a link to somebody else's file at the path by now.
    fchownSync(descriptor, owner.uid, owner.gid);
  } finally {
    closeSync(descriptor);
  }
}

export function xAuthorityEntry(cookie: Uint8Array): Uint8Array {
  const address = new Uint8Array();
  const display = new Uint8Array();
  const name = Buffer.from("MIT-MAGIC-COOKIE-1", "latin1");
  return Buffer.concat([Uint8Array.of(0xff, 0xff), ...[address, display, name, cookie].flatMap(counted)]);
}

function counted(bytes: Uint8Array): readonly Uint8Array[] {
  return [Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes];
}
