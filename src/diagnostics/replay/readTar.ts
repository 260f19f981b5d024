/**
 * The regular files of a tar archive, by name; links and devices are left out. `problem`: where it is no archive, or
 * ends too early. POSIX.1-2017 pax, "ustar Interchange Format"; names longer than 100 characters as GNU and pax write
 * them.
 */
export function readTar(tar: Uint8Array): {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly problem: string | undefined;
} {
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; ;) {
    const header = tar.subarray(at, at + blockBytes);
    if (header.length < blockBytes) return { files, problem: `it ends at byte ${tar.length}` };
    if (header.every((byte) => byte === 0)) return { files, problem: undefined };
    const size = Number.parseInt(text(header.subarray(124, 136)), 8);
    const isHeader = text(header.subarray(257, 262)) === "ustar" && 0 <= size;
    if (!isHeader) return { files, problem: `there is no header of a file at byte ${at}` };
    const content = tar.subarray(at + blockBytes, at + blockBytes + size);
    if (content.length < size) return { files, problem: `it ends at byte ${tar.length}` };
    const kind = String.fromCharCode(header[156]!);
    if (kind === "L") longName = text(content);
    else if (kind === "x") longName = paxPath(content) ?? longName;
    else {
      if (kind === "0" || kind === "\0") files.set(clean(longName ?? shortName(header)), content);
      longName = undefined;
    }
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
}

function shortName(header: Uint8Array): string {
  const prefix = text(header.subarray(345, 500));
  const name = text(header.subarray(0, 100));
  return prefix === "" || header[263] === 0x20 ? name : `${prefix}/${name}`;
}

function paxPath(content: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=(.*)\n/u.exec(Buffer.from(content).toString("utf8"))?.[1];
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end))
    .toString("utf8")
    .trim();
}

function clean(name: string): string {
  return name.replace(/^(\.\/)+/u, "");
}

const blockBytes = 512;
