import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { readExemptions } from "../framework/read-exemptions";
import { environmentParity } from "./policies";

new PolicyPack("environment-parity", packArguments(environmentParity, readExemptions("environment-parity", environmentParity, new Date())));
