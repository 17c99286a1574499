# shellcheck shell=sh
# Read by login shells through the link /etc/profile.d/Z99cybozu.sh: the programs of a boot server are found by every user.
for neco_directory in /sbin /usr/sbin /usr/local/sbin; do
    case ":$PATH:" in
        *":$neco_directory:"*) ;;
        *) PATH=$PATH:$neco_directory ;;
    esac
done
unset neco_directory
