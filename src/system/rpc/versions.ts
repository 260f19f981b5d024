import type { ContractForm } from "./contractForm.ts";
import type { ConnectCause } from "./failures.ts";
import type { Hello } from "./messages.ts";

export function helloOf(contract: ContractForm): Hello {
  return { hello: contract.name, version: contract.version, oldest: contract.oldest };
}

/** Why the two sides do not understand each other; undefined when they do. */
export function disagreement(contract: ContractForm, hello: Hello): ConnectCause | undefined {
  if (hello.hello !== contract.name) return { is: "otherContract", name: hello.hello };
  if (contract.oldest <= hello.version && hello.oldest <= contract.version) return undefined;
  const { version, oldest } = contract;
  return {
    is: "incompatible",
    ours: { version, oldest },
    theirs: { version: hello.version, oldest: hello.oldest },
  };
}
