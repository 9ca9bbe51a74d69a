/** Signals by number, as Program.stop takes them. */
export const [SIGINT, SIGKILL, SIGTERM] = [2, 9, 15] as const
