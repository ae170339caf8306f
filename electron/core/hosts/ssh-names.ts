/**
 * Whether OpenSSH takes a text for the name of a host, such as a `Host` of ssh_config (readconf.c, ssh_valid_hostname). What it would read
 * as more than a name, a user before an `@` or a URI, is none.
 */
export function isHostName(text: string): boolean {
  return !/^-|^ssh:\/\/|["'`$\\;&<>|(){},@ ]|\p{Cs}/u.test(text) && !hasControlCharacter(text)
}

/** Whether OpenSSH takes a text for a user's name (readconf.c, ssh_valid_ruser). */
export function isUserName(text: string): boolean {
  return !/^$|^-|["'`;&<>|(){}]| -|\\$|\p{Cs}/u.test(text) && !hasControlCharacter(text)
}

/** As `iscntrl` of C: those of ASCII. */
export function hasControlCharacter(text: string): boolean {
  return /(?=\p{ASCII})\p{Cc}/u.test(text)
}
