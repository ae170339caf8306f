/** An overlay that is somebody's root, as the kernel tells it. Paths are those of whoever mounted it, one character a byte. */
export interface OverlayMount {
  /** Top layer first; relative ones are meant from where the mounter stood. */
  readonly lower: readonly string[]
  readonly upper: string
  readonly work: string
  /** Its further options, such as `redirect_dir=on`. */
  readonly options: readonly string[]
}

export type RootMount =
  | { readonly kind: 'overlay'; readonly mount: OverlayMount }
  | { readonly kind: 'other'; readonly type: string }

/**
 * Reads `/proc/PID/mountinfo` (proc(5)) for what is mounted on the root. Nothing where no line says so, or several: what the
 * runtime mounted is not on top then.
 */
export function rootMount(mountinfo: string): RootMount | undefined {
  let found: RootMount | undefined
  for (const line of mountinfo.split('\n')) {
    const fields = line.split(' ')
    // Optional fields end with a lone hyphen: type, source and the options of the file system follow.
    const hyphen = fields.indexOf('-', 6)
    const [type, , options = ''] = fields.slice(hyphen + 1)
    if (hyphen === -1 || fields[4] !== '/' || type === undefined) continue
    if (found !== undefined) return undefined
    const mount = type === 'overlay' ? overlayOptions(options) : undefined
    found = mount === undefined ? { kind: 'other', type } : { kind: 'overlay', mount }
  }
  return found
}

/**
 * The kernel escapes commas, spaces and backslashes in values (fs/overlayfs/params.c, ovl_show_options). A list of lower
 * directories stands as it was given, a colon in a name behind a backslash; those given one by one stand as `lowerdir+` since
 * Linux 6.8. Nothing where directories for data only are among them, which hold no directories of a container.
 */
export function overlayOptions(text: string): OverlayMount | undefined {
  const lower: string[] = []
  const options: string[] = []
  let [upper, work] = ['', '']
  for (const option of text.split(',')) {
    const equals = option.indexOf('=')
    const value = equals === -1 ? '' : withoutOctal(option.slice(equals + 1))
    switch (equals === -1 ? option : option.slice(0, equals)) {
      case 'lowerdir':
        lower.push(...splitList(value))
        break
      case 'lowerdir+':
        lower.push(value)
        break
      case 'datadir+':
        return undefined
      case 'upperdir':
        upper = value
        break
      case 'workdir':
        work = value
        break
      default:
        options.push(option)
    }
  }
  if (upper === '' || lower.length === 0 || lower.includes('')) return undefined
  return { lower, upper, work, options }
}

/** A list with colons; a backslash takes the next character as it is. */
function splitList(list: string): string[] {
  const names = ['']
  for (const [part] of list.matchAll(/\\[^]|[^\\]|\\$/g)) {
    if (part === ':') names.push('')
    else names.push((names.pop() ?? '') + (part.length > 1 ? part.slice(1) : part))
  }
  return names
}

function withoutOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
}
