import type { LicensingMessage } from "./licensing.ts";

/** What a client does about a server's licensing message. */
export type LicenseStep =
  /** Licensing is over: the server goes on to the capabilities. */
  | { readonly is: "done" }
  | { readonly is: "answer"; readonly message: LicensingMessage }
  /** The server does not let this client in; `why` is its word, for people. */
  | { readonly is: "refused"; readonly why: string };

export interface LicenseClient {
  readonly userName: string;
  readonly machineName: string;
  /** 32 random bytes. */
  readonly clientRandom: Uint8Array;
  /** What stands for the secret; a server that only goes through the motions (xrdp) does not decrypt it. */
  readonly encryptedPremasterSecret: Uint8Array;
}

/**
 * The client's side of licensing, as far as a client without licences comes: it takes "valid client" and new licences,
 * asks for a licence where it must, and cannot meet a platform challenge. MS-RDPELE 3.3.5.
 */
export function answerLicensing(message: LicensingMessage, client: LicenseClient): LicenseStep {
  switch (message.is) {
    case "errorAlert":
      if (message.error === "validClient") return { is: "done" };
      if (message.transition === "noTransition") return { is: "done" };
      return {
        is: "refused",
        why: typeof message.error === "string" ? message.error : `code ${message.error.unknown}`,
      };
    case "newLicense":
    case "upgradeLicense":
      return { is: "done" };
    case "serverLicenseRequest":
      return { is: "answer", message: { is: "newLicenseRequest", platformId: UNIX_PLATFORM, ...client } };
    case "platformChallenge":
      return { is: "refused", why: "the server gives licences only to clients that keep them" };
    case "licenseInfo":
    case "newLicenseRequest":
    case "platformChallengeResponse":
    case "unknown":
      return { is: "refused", why: `unexpected licensing message ${message.is}` };
  }
}

/** CLIENT_OS_ID_OTHER and CLIENT_IMAGE_ID_MISC. MS-RDPELE 2.2.2.2. */
const UNIX_PLATFORM = 0xff010000;
