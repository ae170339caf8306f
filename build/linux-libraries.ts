/** A library that Electron takes from the system: its soname, and the Debian package that has it. */
interface Library {
  readonly soname: string
  readonly debian: string
}

/**
 * What Electron needs on Linux. `a|b` means either of the two: Debian 13 and Ubuntu 24.04 renamed
 * packages for 64-bit time. The new name comes first: there libasound2 could also be a package of another sound system.
 */
const libraries: readonly Library[] = [
  { soname: 'libasound.so.2', debian: 'libasound2t64|libasound2' },
  { soname: 'libatk-1.0.so.0', debian: 'libatk1.0-0t64|libatk1.0-0' },
  { soname: 'libatk-bridge-2.0.so.0', debian: 'libatk-bridge2.0-0t64|libatk-bridge2.0-0' },
  { soname: 'libatspi.so.0', debian: 'libatspi2.0-0t64|libatspi2.0-0' },
  { soname: 'libc.so.6', debian: 'libc6' },
  { soname: 'libcairo.so.2', debian: 'libcairo2' },
  { soname: 'libcups.so.2', debian: 'libcups2t64|libcups2' },
  { soname: 'libdbus-1.so.3', debian: 'libdbus-1-3' },
  { soname: 'libdrm.so.2', debian: 'libdrm2' },
  { soname: 'libexpat.so.1', debian: 'libexpat1' },
  { soname: 'libgbm.so.1', debian: 'libgbm1' },
  { soname: 'libgcc_s.so.1', debian: 'libgcc-s1' },
  { soname: 'libgio-2.0.so.0', debian: 'libglib2.0-0t64|libglib2.0-0' },
  { soname: 'libglib-2.0.so.0', debian: 'libglib2.0-0t64|libglib2.0-0' },
  { soname: 'libgobject-2.0.so.0', debian: 'libglib2.0-0t64|libglib2.0-0' },
  { soname: 'libgtk-3.so.0', debian: 'libgtk-3-0t64|libgtk-3-0' },
  { soname: 'libnspr4.so', debian: 'libnspr4' },
  { soname: 'libnss3.so', debian: 'libnss3' },
  { soname: 'libnssutil3.so', debian: 'libnss3' },
  { soname: 'libpango-1.0.so.0', debian: 'libpango-1.0-0' },
  { soname: 'libsmime3.so', debian: 'libnss3' },
  { soname: 'libudev.so.1', debian: 'libudev1' },
  { soname: 'libX11.so.6', debian: 'libx11-6' },
  { soname: 'libxcb.so.1', debian: 'libxcb1' },
  { soname: 'libXcomposite.so.1', debian: 'libxcomposite1' },
  { soname: 'libXdamage.so.1', debian: 'libxdamage1' },
  { soname: 'libXext.so.6', debian: 'libxext6' },
  { soname: 'libXfixes.so.3', debian: 'libxfixes3' },
  { soname: 'libxkbcommon.so.0', debian: 'libxkbcommon0' },
  { soname: 'libXrandr.so.2', debian: 'libxrandr2' },
  // Loaded by name while it runs, so ldd does not show them. Without the first no window opens, and nothing is said.
  { soname: 'libX11-xcb.so.1', debian: 'libx11-xcb1' },
  { soname: 'libnotify.so.4', debian: 'libnotify4' },
  { soname: 'libsecret-1.so.0', debian: 'libsecret-1-0' },
]

// electron-builder's own list for deb has these too.
const customary = ['libxss1', 'libxtst6', 'libuuid1']

/** The sonames of all libraries that Electron takes from the system. */
export const electronSonames: readonly string[] = libraries.map(({ soname }) => soname)

/** Debian packages that Electron needs, `a|b` where either will do. */
export const electronPackages: readonly string[] = [
  ...new Set([...libraries.map(({ debian }) => debian), ...customary, 'xdg-utils']),
]

/** The same for an rpm package: distributions name their packages differently, but all provide sonames. */
export const rpmDependencies: readonly string[] = [
  ...electronSonames.map((soname) => `${soname}()(64bit)`),
  'xdg-utils',
]
