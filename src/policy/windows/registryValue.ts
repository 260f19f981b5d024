/** What a value of Windows' registry holds, as far as it is of use here. */
export type RegistryData =
  | {
      readonly is: "number";
      readonly value: number;
      /** As it was written: hexadecimal digits; absent where it was bytes. */ readonly digits?: string;
    }
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "list"; readonly items: readonly string[] }
  | { readonly is: "bytes"; readonly count: number }
  /** The file takes the value away. */
  | { readonly is: "deleted" };

export interface RegistryValue {
  /** Of the computer, of the user, or of somebody else, whose values mean nothing here. */
  readonly hive: "machine" | "user" | "other";
  /** Without the hive. */
  readonly key: string;
  readonly name: string;
  readonly data: RegistryData;
  /** "line 12" or "byte 204". */
  readonly at: string;
}

/** A right of a security template, and who has it: names, and SIDs with * before them. */
export interface PrivilegeRight {
  readonly name: string;
  readonly holders: readonly string[];
  readonly at: string;
}

/** All that could be read of a file; `problems` are places that could not. */
export interface WindowsFile {
  readonly values: readonly RegistryValue[];
  readonly rights: readonly PrivilegeRight[];
  readonly problems: readonly { readonly at: string; readonly text: string }[];
}
