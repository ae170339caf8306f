import { electronPackages } from './linux-libraries'

/** What a Debian package is needed for; one group is installed as a whole. */
export type PackageGroup = 'engine' | 'electron' | 'display' | 'packaging' | 'tests'

/** Every Debian package that building, testing or the demo needs. `a|b` means either of the two. */
export const systemPackages: Readonly<Record<PackageGroup, readonly string[]>> = {
  engine: ['docker.io', 'busybox-static', 'iproute2', 'procps', 'util-linux'],
  electron: [...electronPackages, 'fonts-dejavu-core'],
  // The Chinese interface has no glyphs to show without a CJK font, and screenshots are part of the tests.
  display: ['xvfb', 'xauth', 'fonts-noto-cjk'],
  packaging: ['p7zip-full'],
  tests: [
    'attr',
    'openssh-server',
    'openssh-client',
    'openssh-tests',
    'dropbear-bin',
    'openssl',
    'strace',
    'sudo',
    'csh',
    'fish',
    'zsh',
    'tmux',
    'debootstrap',
  ],
}

/** One line saying why a group is installed. */
export const groupPurpose: Readonly<Record<PackageGroup, string>> = {
  engine: 'a Docker engine, started privately',
  electron: 'the libraries Electron needs',
  display: 'a virtual display and its fonts',
  packaging: 'the archiver for packages',
  tests:
    'extended attributes, a kernel that answers otherwise, SSH servers with their own test data, and other Debian releases in tests',
}
