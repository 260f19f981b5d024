/** What was wrong with a value that came from outside: where, and what was expected instead. */
export class ShapeError extends Error {
  readonly path: string;
  readonly expected: string;

  constructor(path: string, expected: string) {
    super(`${path === "" ? "the value" : path} must be ${expected}`);
    this.name = "ShapeError";
    this.path = path;
    this.expected = expected;
  }
}

/**
 * The form of a value that arrives as JSON; `parse` gives it typed, without the members it does not know, or throws
 * ShapeError.
 */
export interface Shape<T> {
  parse(value: unknown, path?: string): T;
}
export type ShapeValue<S> = S extends Shape<infer T> ? T : never;

type Members = Readonly<Record<string, Shape<unknown>>>;
type OptionalMembers<M> = { [K in keyof M]: undefined extends ShapeValue<M[K]> ? K : never }[keyof M];
type ObjectValue<M> = Simplify<
  { readonly [K in Exclude<keyof M, OptionalMembers<M>>]: ShapeValue<M[K]> } & {
    readonly [K in OptionalMembers<M>]?: Exclude<ShapeValue<M[K]>, undefined>;
  }
>;
type Simplify<T> = { [K in keyof T]: T[K] };

export const text: Shape<string> = {
  parse: (value, path = "") => {
    if (typeof value !== "string") throw new ShapeError(path, "text");
    return value;
  },
};

export const number: Shape<number> = {
  parse: (value, path = "") => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw new ShapeError(path, "a number");
    return value;
  },
};

export const boolean: Shape<boolean> = {
  parse: (value, path = "") => {
    if (typeof value !== "boolean") throw new ShapeError(path, "true or false");
    return value;
  },
};

/** Anything at all: for what is handed on and not looked into. */
export const anything: Shape<unknown> = { parse: (value) => value };

export function integer(range: { readonly from: number; readonly to: number }): Shape<number> {
  return {
    parse: (value, path = "") => {
      if (typeof value !== "number" || !Number.isInteger(value) || value < range.from || range.to < value) {
        throw new ShapeError(path, `a whole number from ${range.from} to ${range.to}`);
      }
      return value;
    },
  };
}

export function oneOf<const Words extends readonly string[]>(...words: Words): Shape<Words[number]> {
  return {
    parse: (value, path = "") => {
      const word = words.find((each) => each === value);
      if (word === undefined) throw new ShapeError(path, words.map((each) => `"${each}"`).join(" or "));
      return word;
    },
  };
}

export function listOf<T>(item: Shape<T>, options: { readonly atMost: number }): Shape<readonly T[]> {
  return {
    parse: (value, path = "") => {
      if (!Array.isArray(value)) throw new ShapeError(path, "a list");
      if (!(value.length <= options.atMost)) throw new ShapeError(path, `a list of at most ${options.atMost}`);
      return value.map((each: unknown, index) => item.parse(each, `${path}[${index}]`));
    },
  };
}

export function optional<T>(inner: Shape<T>): Shape<T | undefined> {
  return { parse: (value, path) => (value === undefined || value === null ? undefined : inner.parse(value, path)) };
}

/** An object with these members; others are dropped, so that a newer peer may add some. */
export function object<const M extends { readonly [K in keyof M]: Shape<any> }>(members: M): Shape<ObjectValue<M>> {
  const entries = Object.entries(members as Members);
  return {
    parse: (value, path = "") => {
      if (!isRecord(value)) throw new ShapeError(path, "an object");
      const result: Record<string, unknown> = {};
      for (const [key, shape] of entries) {
        const member = shape.parse(value[key], path === "" ? key : `${path}.${key}`);
        if (member !== undefined) result[key] = member;
      }
      return result as ObjectValue<M>;
    },
  };
}

/** A union told apart by its member `is`. */
export function variants<const V extends Readonly<Record<string, Shape<any>>>>(
  shapes: V,
): Shape<{ [K in keyof V & string]: Simplify<{ readonly is: K } & ShapeValue<V[K]>> }[keyof V & string]> {
  return {
    parse: (value, path = "") => {
      if (!isRecord(value)) throw new ShapeError(path, "an object");
      const is = value["is"];
      const shape = typeof is === "string" && Object.hasOwn(shapes, is) ? shapes[is] : undefined;
      if (shape === undefined) throw new ShapeError(`${path}.is`, Object.keys(shapes).join(" or "));
      return { ...shape.parse(value, path), is } as never;
    },
  };
}

/** The same value under a brand or another type; `convert` throws RangeError to refuse. */
export function converted<T, U>(inner: Shape<T>, convert: (value: T) => U): Shape<U> {
  return {
    parse: (value, path = "") => {
      const parsed = inner.parse(value, path);
      try {
        return convert(parsed);
      } catch (error) {
        if (error instanceof RangeError) throw new ShapeError(path, error.message);
        throw error;
      }
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
