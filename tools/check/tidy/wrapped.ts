/** `text` with the comments that are wider than `width` broken between words; nothing else is touched. */
export function wrapped(text: string, width: number): string {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.length <= width) continue;
    const oneLine = /^(\s*)\/\*\*? (.*) \*\/$/u.exec(line);
    if (oneLine !== null) {
      const [, indent = "", words = ""] = oneLine;
      lines.splice(index, 1, `${indent}/**`, `${indent} * ${words}`, `${indent} */`);
      continue;
    }
    const parts = /^(\s*(?:\/\/|\*) )(.*)$/u.exec(line);
    const at = parts === null ? -1 : line.lastIndexOf(" ", width);
    const [, start = ""] = parts ?? [];
    if (at < start.length) continue;
    lines[index] = line.slice(0, at);
    const rest = line.slice(at + 1);
    const next = lines[index + 1] ?? "";
    // What follows is of the same paragraph unless it starts something of its own.
    if (next.startsWith(start) && /^[^\s@*`–-]/u.test(next.slice(start.length))) {
      lines[index + 1] = `${start}${rest} ${next.slice(start.length)}`;
    } else lines.splice(index + 1, 0, `${start}${rest}`);
  }
  return lines.join("\n");
}
