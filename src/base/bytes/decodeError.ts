/** Why bytes did not match their declaration. */
export type DecodeProblem =
  | { readonly is: "truncated"; readonly needBytes: number; readonly haveBytes: number }
  | { readonly is: "wrongValue"; readonly expected: string; readonly got: number | string }
  | { readonly is: "overLimit"; readonly limit: number; readonly got: number; readonly of: string }
  | { readonly is: "trailing"; readonly extraBytes: number };

/** Bytes that do not match their declaration: where (path, offset), what was expected, and the section that says so. */
export class DecodeError extends Error {
  /** From the outermost struct inwards: `["ClientCoreData.version"]`. Grows while the error travels up. */
  readonly path: string[] = [];
  readonly problem: DecodeProblem;
  /** In bytes from the start of what was decoded. */
  readonly offset: number;
  /** The section of the innermost struct, once known. */
  spec: string | undefined;

  constructor(problem: DecodeProblem, offset: number) {
    super();
    this.name = "DecodeError";
    this.problem = problem;
    this.offset = offset;
  }

  override get message(): string {
    const where = this.path.length === 0 ? "" : `${this.path.join(" › ")} `;
    return `${where}at byte ${this.offset}: ${problemText(this.problem)}${this.spec === undefined ? "" : ` (${this.spec})`}`;
  }
}

function problemText(problem: DecodeProblem): string {
  switch (problem.is) {
    case "truncated":
      return `needs ${problem.needBytes} bytes, has ${problem.haveBytes}`;
    case "wrongValue":
      return `expected ${problem.expected}, got ${problem.got}`;
    case "overLimit":
      return `${problem.of} is ${problem.got}, at most ${problem.limit} is allowed`;
    case "trailing":
      return `${problem.extraBytes} bytes too many`;
  }
}
