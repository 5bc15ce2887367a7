import { PolicyPack } from "@pulumi/policy";
import { packArguments } from "../framework/pack";
import { environmentParity } from "./policies";

new PolicyPack("environment-parity", packArguments(environmentParity));
