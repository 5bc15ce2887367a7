import * as rpc from "@pulumi/pulumi/runtime/rpc";

/* eslint-disable-next-line @typescript-eslint/no-require-imports */
const { signatures } = require("./lean-policy.cjs") as { signatures: Record<string, string> };

test("special values are recognised by the SDK's own signatures", () => {
  expect(signatures).toEqual({
    specialSigKey: rpc.specialSigKey, specialAssetSig: rpc.specialAssetSig, specialArchiveSig: rpc.specialArchiveSig, specialSecretSig: rpc.specialSecretSig,
  });
});
