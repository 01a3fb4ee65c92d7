# Sourced by what needs space on a disk.
NEEDED_GB=5

# Whole GB free where a folder is or will be, and the place that was looked at.
free_gb() {
  local place=$1
  until [ -e "$place" ]; do place=$(dirname "$place"); done
  df -Pk "$place" | awk -v place="$place" 'NR == 2 { print int($4 / 1048576), place }'
}
