import { toBytes } from "./rsa.ts";

/** The Terminal Services signing key, which MS-RDPBCGR 5.3.3.1.1 publishes whole: it proves nothing. Little-endian. */
export const signingModulus = toBytes(
  BigInt(
    "0x87ea6d055f099320bb61f51a09065e6c7d5cf63dfebfe77ceffe3a586b6563ce" +
      "954552f29a6bb7d7e2c1f5ef8720883ecb5fba4a1ec1bb4dc93e4372bd5e3a3d",
  ),
  64,
);

/** Its private half. */
export const signingExponent = BigInt(
  "0x5ff33fe7130110c7b39b510b17790735dd0d7b0ab83ac79924b1dd249f129a17" +
    "6008e89933cc92cf944967e9fae63e24f868652516160058558711da3219a787",
);

/** Its public half. */
export const verifyingExponent = 0xc0887b5bn;
