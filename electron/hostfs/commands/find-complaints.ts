const reasons = ['No such file or directory', 'Not a directory']

/**
 * What GNU find says of a directory that vanished between its name and its content, in spite of `-ignore_readdir_race`; it goes on
 * behind it. What ends it early begins otherwise.
 */
export const vanished = new RegExp(`^find: '.*': (${reasons.join('|')})$`)

/** Leaves out of any find's complaints what is about paths that vanished; the names are not quoted by every find. */
export const withoutVanished = `grep -v ${reasons.map((reason) => `-e ': ${reason}$'`).join(' ')}`
