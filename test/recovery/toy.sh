# A trainer in plain shell: toy.sh LOAD SAVE UNTIL H0. Integers only; leaves a grandchild in its group.
load=$1
save=$2
until=$3
h0=$4
sleep 30 &
theta=900000
step=0
if [ -n "$load" ]; then
  read -r theta step <"$load/state"
fi
# h0 is a decimal fraction: its first four digits, as an integer.
digits=${h0#*.}0000
case $h0 in *e*) digits=0000 ;; esac
rate=$(printf '%.4s' "$digits" | sed 's/^0*//')
while [ "$step" -lt "$until" ]; do
  theta=$((theta - theta * ${rate:-0} / 250000))
  step=$((step + 1))
done
printf '%s %s\n' "$theta" "$step" >"$save/state"
echo "polytempo {\"Q\": -$theta, \"step\": $step}"
kill $!
