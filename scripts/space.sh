# Sourced by scripts that need space on a disk.
NEEDED_GB=5

# Print the free space in whole GB where a folder is or will be, and the existing folder that was checked.
free_gb() {
  local place=$1
  until [ -e "$place" ]; do place=$(dirname "$place"); done
  df -Pk "$place" | awk -v place="$place" 'NR == 2 { print int($4 / 1048576), place }'
}
