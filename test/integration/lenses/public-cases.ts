import { added, deleted, modified, type LensCase } from './lens-case'

// What the public tests of others do to a file system, written anew: containerd's continuity (fs/fstest/testsuite.go, v0.3) and
// moby (pkg/archive/changes_test.go, 20.10). Their steps are layers here, the last one is the container's.

const continuityBase = `mkdir -p etc usr/local/lib home/derek; chmod 700 home/derek
printf '127.0.0.1 localhost' > etc/hosts; ln etc/hosts etc/hosts.allow
printf '\\0\\0' > usr/local/lib/libnothing.so; chmod 755 usr/local/lib/libnothing.so
ln -s libnothing.so usr/local/lib/libnothing.so.2`
const continuityWrite = `printf '127.0.0.1 localhost.localdomain' > etc/hosts
printf '/dev/sda1\\t/\\text4\\tdefaults 1 1\\n' > etc/fstab; chmod 600 etc/fstab
: > etc/badfile; chmod 666 etc/badfile
printf '#ZSH is just better\\n' > home/derek/.zshrc; chmod 640 home/derek/.zshrc`
const continuityRename = 'rm etc/badfile; mv home/derek home/notderek'
const continuityRemove = 'rm -r usr; rm etc/hosts.allow'
const copiedUpForLink = 'A further name copies the file up; the engine compares size and time with the image.'

const continuityCases: readonly LensCase[] = [
  {
    name: 'continuity basic written',
    layers: [continuityBase],
    container: continuityWrite,
    host: [
      added('file', 'etc/badfile', { size: 0, mode: 0o666 }),
      added('file', 'etc/fstab', { size: 30, mode: 0o600 }),
      modified('file', 'etc/hosts', { size: 31, mode: 0o644 }),
      added('file', 'home/derek/.zshrc', { size: 20, mode: 0o640 }),
    ],
  },
  {
    name: 'continuity basic renamed',
    layers: [continuityBase, continuityWrite],
    container: continuityRename,
    host: [
      deleted('file', 'etc/badfile', { size: 0 }),
      deleted('directory', 'home/derek', { mode: 0o700 }),
      added('directory', 'home/notderek', { mode: 0o700 }),
      added('file', 'home/notderek/.zshrc', { size: 20, mode: 0o640 }),
    ],
  },
  {
    name: 'continuity basic removed',
    layers: [continuityBase, continuityWrite, continuityRename],
    container: continuityRemove,
    host: [deleted('file', 'etc/hosts.allow', { size: 19 }), deleted('directory', 'usr')],
  },
  {
    name: 'continuity basic made again',
    layers: [continuityBase, continuityWrite, continuityRename, continuityRemove],
    container: `rm -r home; mkdir -p home/derek; chmod 700 home/derek
printf '#not going away\\n' > home/derek/.bashrc; chmod 640 home/derek/.bashrc
ln etc/hosts etc/hosts.allow`,
    host: [
      modified('file', 'etc/hosts', { size: 31 }),
      added('file', 'etc/hosts.allow', { size: 31 }),
      added('directory', 'home/derek', { mode: 0o700 }),
      added('file', 'home/derek/.bashrc', { size: 16, mode: 0o640 }),
      deleted('directory', 'home/notderek'),
    ],
    engine: {
      rows: [
        added('file', 'etc/hosts.allow'),
        added('directory', 'home/derek'),
        added('file', 'home/derek/.bashrc'),
        deleted('directory', 'home/notderek'),
      ],
      why: copiedUpForLink,
    },
  },
  {
    name: 'continuity deletion hidden',
    layers: ['mkdir -p test/somedir lib; chmod 700 lib; : > lib/hidden'],
    container: `: > test/a; : > test/b; mkdir test/otherdir; : > test/otherdir/.empty
rm -r lib; mkdir lib; chmod 700 lib; : > lib/not-hidden`,
    host: [
      deleted('file', 'lib/hidden'),
      added('file', 'lib/not-hidden', { size: 0 }),
      added('file', 'test/a'),
      added('file', 'test/b'),
      added('directory', 'test/otherdir'),
      added('file', 'test/otherdir/.empty'),
    ],
  },
  {
    name: 'continuity deletion deleted',
    layers: [
      'mkdir -p test/somedir lib; chmod 700 lib; : > lib/hidden',
      `: > test/a; : > test/b; mkdir test/otherdir; : > test/otherdir/.empty
rm -r lib; mkdir lib; chmod 700 lib; : > lib/not-hidden`,
    ],
    container: 'rm test/a test/b; rm -r test/otherdir; : > lib/newfile',
    host: [
      added('file', 'lib/newfile'),
      deleted('file', 'test/a'),
      deleted('file', 'test/b'),
      deleted('directory', 'test/otherdir'),
    ],
  },
  {
    name: 'continuity update',
    layers: [
      `mkdir d1 d2; chmod 700 d2
printf something... > d1/f1; printf else... > d1/f2; printf entirely... > d1/f3`,
    ],
    container: `printf 'file content of a different length' > d1/f1; chmod 664 d1/f1
rm d1/f3; printf 'updated content' > d1/f3; chmod 664 d1/f3; chmod 766 d1/f2; chmod 777 d2`,
    host: [
      modified('file', 'd1/f1', { size: 34, mode: 0o664 }),
      modified('file', 'd1/f2', { size: 7, mode: 0o766 }),
      modified('file', 'd1/f3', { size: 15, mode: 0o664 }),
      modified('directory', 'd2', { mode: 0o777 }),
    ],
  },
  {
    name: 'continuity directory permissions',
    layers: ['mkdir d1 d2 d3; chmod 700 d1; chmod 751 d2; chmod 777 d3'],
    container: `for file in d1/f d2/f d3/f; do printf irrelevant > $file; done
mkdir d1/d; chmod 700 d1/d; printf irrelevant > d1/d/f`,
    host: [
      added('directory', 'd1/d', { mode: 0o700 }),
      added('file', 'd1/d/f', { size: 10 }),
      added('file', 'd1/f', { size: 10 }),
      added('file', 'd2/f', { size: 10 }),
      added('file', 'd3/f', { size: 10 }),
    ],
  },
  {
    name: 'continuity parent directory permissions',
    layers: [
      `mkdir -p d1/a/b/c d2/a/b/c; chmod 700 d1 d1/a d1/a/b d1/a/b/c; chmod 751 d2 d2/a d2/a/b d2/a/b/c
printf content1 > d1/a/b/f; printf content1 > d2/a/b/f`,
    ],
    container: `printf content1 > d1/a/b/f; chmod 700 d1/a/b/c
printf content2 > d2/a/b/f; chmod 751 d2/a/b/c`,
    host: [modified('file', 'd1/a/b/f', { size: 8 }), modified('file', 'd2/a/b/f', { size: 8 })],
  },
  {
    name: 'continuity hard link of an unmodified file',
    layers: [continuityBase, "printf '127.0.0.1 localhost.localdomain' > etc/hosts"],
    container: 'ln etc/hosts etc/before-hosts',
    host: [added('file', 'etc/before-hosts', { size: 31 }), modified('file', 'etc/hosts', { size: 31 })],
    engine: { rows: [added('file', 'etc/before-hosts')], why: copiedUpForLink },
  },
  {
    name: 'continuity hard link of a modified file',
    layers: [continuityBase, "printf '127.0.0.1 localhost.localdomain' > etc/hosts"],
    container: `rm etc/hosts; printf '127.0.0.1 localhost' > etc/hosts; ln etc/hosts etc/before-hosts`,
    host: [added('file', 'etc/before-hosts', { size: 19 }), modified('file', 'etc/hosts', { size: 19 })],
  },
]

const mobySample = `for number in 1 2 3 4 5 6 7; do echo file$number > file$number; chmod 600 file$number; done
chmod 666 file2; chmod 404 file3
mkdir dir1 dir2 dir3 dir4; chmod 740 dir1; chmod 700 dir2 dir3 dir4
echo file1-1 > dir1/file1-1; chmod 1444 dir1/file1-1; echo file1-2 > dir1/file1-2
for number in 2 3; do for part in 1 2; do echo file$number-$part > dir$number/file$number-$part; done; done
for part in 1 2; do echo file4-$part > dir4/file3-$part; done
ln -s target1 symlink1; ln -s target2 symlink2; ln -s file1 symlink3; ln -s symlink3 symlink4; ln -s dir1 dirSymlink`

const mobyCases: readonly LensCase[] = [
  { name: 'moby no changes', layers: [mobySample], container: 'ls -lR .', host: [] },
  {
    name: 'moby changes',
    layers: [`${mobySample}\nmkdir dir1/subfolder; chmod 740 dir1/subfolder`],
    container: `rm dir1/file1-2; printf '\\0' > dir1/file1-1; : > dir1/subfolder/newFile; chmod 740 dir1/subfolder/newFile`,
    host: [
      modified('file', 'dir1/file1-1', { size: 1, mode: 0o1444 }),
      deleted('file', 'dir1/file1-2', { size: 8 }),
      added('file', 'dir1/subfolder/newFile', { size: 0, mode: 0o740 }),
    ],
  },
  {
    name: 'moby mutated',
    layers: [mobySample],
    container: `rm file1 symlink1; rm -r dir1; printf 'fileNN\\n' > file2
rm file3; printf 'fileMM\\n' > file3; chmod 404 file3; touch file4
rm file5; mkdir file5; chmod 666 file5; printf 'filenew\\n' > filenew; chmod 777 filenew
mkdir dirnew; chmod 766 dirnew; ln -s targetnew symlinknew; rm symlink2; ln -s target2change symlink2
rm -r dir2; printf 'dir2\\n' > dir2; chmod 777 dir2; touch dir3`,
    host: [
      deleted('directory', 'dir1', { mode: 0o740 }),
      modified('file', 'dir2', { size: 5, mode: 0o777 }),
      added('directory', 'dirnew', { mode: 0o766 }),
      deleted('file', 'file1', { size: 6, mode: 0o600 }),
      modified('file', 'file2', { size: 7, mode: 0o666 }),
      modified('file', 'file3', { size: 7, mode: 0o404 }),
      modified('file', 'file4', { size: 6, mode: 0o600 }),
      modified('directory', 'file5', { mode: 0o666 }),
      added('file', 'filenew', { size: 8, mode: 0o777 }),
      deleted('symlink', 'symlink1'),
      modified('symlink', 'symlink2', { linkTarget: 'target2change' }),
      added('symlink', 'symlinknew', { linkTarget: 'targetnew' }),
    ],
  },
  {
    name: 'moby issue 13590',
    layers: ['mkdir -p dir1/dir2/dir3; printf hello > dir1/dir2/dir3/file.txt'],
    container: 'rm dir1/dir2/dir3/file.txt; printf bye > dir1/dir2/dir3/file1.txt',
    host: [
      deleted('file', 'dir1/dir2/dir3/file.txt'),
      added('file', 'dir1/dir2/dir3/file1.txt', { size: 3 }),
    ],
  },
  {
    name: 'moby issue 13590 changed file',
    layers: ['mkdir -p dir1/dir2/dir3; printf hello > dir1/dir2/dir3/file.txt'],
    container: 'printf bye > dir1/dir2/dir3/file.txt',
    host: [modified('file', 'dir1/dir2/dir3/file.txt', { size: 3 })],
  },
]

/** Every case of theirs that a container can do. */
export const publicCases: readonly LensCase[] = [...continuityCases, ...mobyCases]
