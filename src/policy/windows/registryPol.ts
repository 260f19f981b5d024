import { DecodeError } from "#base/bytes/decodeError.ts";
import { Reader } from "#base/bytes/reader.ts";
import { utf16Text } from "#base/bytes/text.ts";
import { limits } from "#base/limits.ts";
import { registryData } from "./registryBytes.ts";
import type { RegistryData, RegistryValue, WindowsFile } from "./registryValue.ts";

/**
 * The values of a `Registry.pol`, up to the first byte that is none of one. It does not say whose it is: `hive` does,
 * by the folder in which it was found. Never throws. MS-GPREG 2.2.1
 */
export function readRegistryPol(bytes: Uint8Array, hive: "machine" | "user"): WindowsFile {
  const values: RegistryValue[] = [];
  const reader = new Reader(bytes);
  try {
    expect(reader, reader.u32le(), signature, "the signature PReg");
    expect(reader, reader.u32le(), 1, "version 1");
    while (0 < reader.remaining) {
      if (limits.importedValues <= values.length) {
        throw new DecodeError(
          { is: "overLimit", limit: limits.importedValues, got: values.length + 1, of: "the count of values" },
          reader.offset,
        );
      }
      values.push(...readRecord(reader).map((each) => ({ hive, ...each })));
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const problem = { at: `byte ${error.offset}`, text: error.message.replace(/^at byte \d+: /u, "") };
    return { values, rights: [], problems: [problem] };
  }
  return { values, rights: [], problems: [] };
}

export function isRegistryPol(bytes: Uint8Array): boolean {
  return 4 <= bytes.length && new Reader(bytes).u32le() === signature;
}

type Found = Omit<RegistryValue, "hive">;

/** `[key;value;type;size;data]`, or `[key]`, which only makes a key. */
function readRecord(reader: Reader): readonly Found[] {
  const at = `byte ${reader.offset}`;
  expectUnit(reader, "[");
  const key = terminated(reader, limits.registryKeyCharacters);
  if (nextUnit(reader, "];") === "]") return [];
  const name = terminated(reader, limits.registryNameCharacters);
  expectUnit(reader, ";");
  const type = reader.u32le();
  expectUnit(reader, ";");
  const sizeAt = reader.offset;
  const size = reader.u32le();
  if (limits.registryDataBytes < size) {
    throw new DecodeError(
      { is: "overLimit", limit: limits.registryDataBytes, got: size, of: "the data's size" },
      sizeAt,
    );
  }
  expectUnit(reader, ";");
  // Data may hold brackets and semicolons: only its size says where it ends.
  const data = registryData(type, reader.take(size)) ?? { is: "bytes", count: size };
  expectUnit(reader, "]");
  return meaning(name, data).map((each) => ({ key, at, ...each }));
}

/** Names with ** before them are orders. */
function meaning(name: string, data: RegistryData): readonly Pick<RegistryValue, "name" | "data">[] {
  if (!name.startsWith("**")) return [{ name, data }];
  const deleted: RegistryData = { is: "deleted" };
  const single = /^\*\*del\.(?<name>.+)$/iu.exec(name)?.groups?.["name"];
  if (single !== undefined) return [{ name: single, data: deleted }];
  if (/^\*\*deletevalues$/iu.test(name) && data.is === "text") {
    return data.text
      .split(";")
      .filter((each) => each !== "")
      .map((each) => ({ name: each, data: deleted }));
  }
  // **DelVals., **DeleteKeys, **SecureKey: nothing to take.
  return [];
}

/** UTF-16LE up to its zero, which is read, too. */
function terminated(reader: Reader, atMost: number): string {
  const start = reader.offset;
  for (let count = 0; count <= atMost; count++) {
    if (reader.u16le() === 0) return utf16Text(reader.bytes.subarray(start, reader.offset - 2));
  }
  throw new DecodeError({ is: "overLimit", limit: atMost, got: atMost + 1, of: "the count of characters" }, start);
}

function expectUnit(reader: Reader, wanted: string): void {
  nextUnit(reader, wanted);
}

/** The next character, one of those wanted. */
function nextUnit(reader: Reader, wanted: string): string {
  const at = reader.offset;
  const unit = String.fromCharCode(reader.u16le());
  if (wanted.includes(unit)) return unit;
  const expected = [...wanted].map((each) => `“${each}”`).join(" or ");
  throw new DecodeError({ is: "wrongValue", expected, got: unit.charCodeAt(0) }, at);
}

function expect(reader: Reader, got: number, wanted: number, expected: string): void {
  if (got !== wanted) throw new DecodeError({ is: "wrongValue", expected, got }, reader.offset - 4);
}

/** "PReg". */
const signature = 0x6765_5250;
