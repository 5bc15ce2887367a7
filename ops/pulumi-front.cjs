require("../toolchain/typescript.cjs");
require("./pulumi-front.ts");
