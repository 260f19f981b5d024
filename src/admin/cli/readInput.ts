/** All of standard input; nothing when that is a terminal, at which nobody may know that something is awaited. */
export async function readInput(): Promise<string> {
  if (process.stdin.isTTY) return "";
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin) {
    pieces.push(Buffer.from(piece));
    bytes += piece.length;
    if (bytesMax < bytes) break;
  }
  return Buffer.concat(pieces).subarray(0, bytesMax).toString("utf8");
}

/** More than any message has room for. */
const bytesMax = 65_536;
