/** One way for all commands that can be carried on. */
export { interruptible } from "../../backup/restore/interruption";
