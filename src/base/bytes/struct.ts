import { named, type Codec, type Fixed, type ValueOf } from "./codec.ts";
import { declareSecrets } from "./secret.ts";

type Fields = Readonly<Record<string, Codec<never>>>;
type OptionalKeys<F> = { [K in keyof F]: undefined extends ValueOf<F[K]> ? K : never }[keyof F];
type PresentKeys<F> = { [K in keyof F]: F[K] extends Fixed ? never : K }[keyof F];
type Simplify<T> = { readonly [K in keyof T]: T[K] };
export type StructValue<F> = Simplify<
  { [K in Exclude<PresentKeys<F>, OptionalKeys<F>>]: ValueOf<F[K]> } & {
    [K in Extract<PresentKeys<F>, OptionalKeys<F>>]?: ValueOf<F[K]>;
  }
>;

/** A declared message: `name` and `spec` (the section it comes from) appear in every decode error and trace line. */
export interface Struct<T, Name extends string = string> extends Codec<T> {
  readonly name: Name;
  readonly spec: string;
}

/** Every struct ever declared, for the list of those without an outside vector. */
export const declaredStructs = new Map<string, string>();

/** Declares a message once, field by field, in the order of its bytes. */
export function struct<const Name extends string, const F extends { readonly [K in keyof F]: Codec<any> }>(
  name: Name,
  spec: string,
  fields: F,
): Struct<StructValue<F>, Name> {
  declaredStructs.set(name, spec);
  const entries = Object.entries(fields) as [string, Codec<unknown>][];
  const steps = entries.map(([key]) => `${name}.${key}`);
  declareSecrets(
    name,
    entries.flatMap(([key, codec]) => ("secret" in codec ? [key] : [])),
  );
  return {
    name,
    spec,
    size: (value) => {
      let sum = 0;
      for (const [key, codec] of entries) sum += codec.size((value as Record<string, unknown>)[key]);
      return sum;
    },
    write: (writer, value) => {
      for (const [key, codec] of entries) codec.write(writer, (value as Record<string, unknown>)[key]);
    },
    read: (reader) => {
      const value: Record<string, unknown> = {};
      for (let index = 0; index < entries.length; index++) {
        const [key, codec] = entries[index]!;
        const field = named(steps[index]!, spec, () => codec.read(reader));
        if (field !== undefined && !("fixed" in codec)) value[key] = field;
      }
      return value as StructValue<F>;
    },
  };
}

/**
 * Gives a codec written by hand (bits that cross bytes, fields that depend on others) a struct's name, section and
 * errors. `secrets`: the fields that its `read` marks as secret.
 */
export function handwritten<const Name extends string, T>(
  name: Name,
  spec: string,
  codec: Codec<T>,
  options: { readonly secrets?: readonly string[] } = {},
): Struct<T, Name> {
  declaredStructs.set(name, spec);
  declareSecrets(name, options.secrets ?? []);
  return {
    name,
    spec,
    size: codec.size,
    write: codec.write,
    read: (reader) => named(name, spec, () => codec.read(reader)),
  };
}

export type { Fields };
