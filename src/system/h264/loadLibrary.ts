import koffi, { type LibraryHandle } from "koffi";

/** Loads a library when it is asked for first; undefined: the host has none of this name, or it lacks a function. */
export function loadLibrary<T>(name: string, functions: (library: LibraryHandle) => T): () => T | undefined {
  let loaded: { readonly library: T | undefined } | undefined;
  return () => {
    loaded ??= { library: tryTo(() => functions(koffi.load(name))) };
    return loaded.library;
  };
}

function tryTo<T>(load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    // What koffi throws when a file or a function is not there.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
