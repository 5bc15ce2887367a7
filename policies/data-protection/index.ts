import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { readExemptions } from "../framework/read-exemptions";
import { dataProtection } from "./policies";

new PolicyPack("data-protection", packArguments(dataProtection, readExemptions("data-protection", dataProtection, new Date())));
