import type { ReadStream } from "node:tty";

/**
 * A line that is not shown: typed at the terminal (Backspace, Ctrl+U; the question goes to standard error), or the
 * first line of standard input when that is no terminal. Undefined: the input ended, or Ctrl+C.
 */
export async function askSecret(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return firstLine(process.stdin);
  // The echo is off before anybody is asked to type.
  process.stdin.setRawMode(true);
  process.stderr.write(question);
  try {
    return await typedLine(process.stdin);
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    process.stderr.write("\n");
  }
}

async function firstLine(input: NodeJS.ReadStream): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of input) {
    pieces.push(Buffer.from(piece));
    if (pieces.at(-1)?.includes("\n") === true) break;
  }
  const all = Buffer.concat(pieces).toString("utf8");
  return all === "" ? undefined : all.split("\n", 1)[0]?.replace(/\r$/u, "");
}

function typedLine(terminal: ReadStream): Promise<string | undefined> {
  const bytes: number[] = [];
  return new Promise((resolve) => {
    const take = (typed: Buffer): void => {
      for (const byte of typed) {
        const end = byte === 0x0d || byte === 0x0a;
        const given = end ? Buffer.from(bytes).toString("utf8") : undefined;
        if (end || byte === CTRL_C || (byte === CTRL_D && bytes.length === 0)) {
          terminal.off("data", take);
          return resolve(given);
        }
        if (byte === CTRL_U) bytes.length = 0;
        else if (byte === BACKSPACE || byte === DELETE) removeCharacter(bytes);
        else bytes.push(byte);
      }
    };
    terminal.on("data", take);
  });
}

/** The last character of UTF-8, which may be several bytes. */
function removeCharacter(bytes: number[]): void {
  while (((bytes.pop() ?? 0) & 0xc0) === 0x80);
}

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const CTRL_U = 0x15;
const DELETE = 0x7f;
