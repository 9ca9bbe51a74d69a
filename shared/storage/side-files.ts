// What pearlog keeps in a log's folder beside the database. Each is of that folder alone: a log that moves
// leaves them behind.

/** How the run is that has the log open, or was. It can be shown around. */
export const STATUS = 'status.json'
/** The key of the log, which is the right to read. */
export const KEY = 'key'
/** How far the log has been on disk for good. */
export const DURABLE = 'DURABLE'
/** Where the reader of a copy is. */
export const POSITION = 'POSITION'
/** What became of a file that the log was made to hand over. */
export const HANDED_OVER = 'HANDED-OVER'
/** Through which looks read a copy that is open. */
export const SOCKET = 'look.sock'
/** The log's blocks are not here, but in the database that several logs share. */
export const SHARED = 'SHARED'

export const SIDE_FILES = [STATUS, KEY, DURABLE, POSITION, HANDED_OVER, SOCKET, SHARED]
