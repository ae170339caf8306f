#!/bin/bash

# electron-builder's after-remove.tpl with one difference: it acts only when the package really goes.
# deb says "remove" or "purge" then, rpm says 0. In an upgrade rpm runs the old package's script after the new
# package's after-install, and would take away what that has just put in place.
case "$1" in
    0 | remove | purge) ;;
    *) exit 0 ;;
esac

# update-alternatives wants the program itself here, not the link to it.
if type update-alternatives >/dev/null 2>&1; then
    update-alternatives --remove '${executable}' '/opt/${sanitizedProductName}/${executable}'
else
    rm -f '/usr/bin/${executable}'
fi

profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
    # Unloaded before the file goes, so that it does not hold until the next start of the machine. Not in a chroot.
    if apparmor_status --enabled >/dev/null 2>&1; then
        if ! { [ -x /usr/bin/ischroot ] && /usr/bin/ischroot; } && hash apparmor_parser 2>/dev/null; then
            apparmor_parser --remove "$profile" || true
        fi
    fi
    rm -f "$profile"
fi
