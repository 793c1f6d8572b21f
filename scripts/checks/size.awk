# Names files over the house's sizes (400 lines a .c, 120 a header). A hint, never a failure.
FNR == 1 { report(); file = FILENAME }
{ lines = FNR }
END { report() }
function report(  max)
{
	max = file ~ /\.h$/ ? 120 : 400
	if (file != "" && lines > max)
		printf "%s: %d lines, the house's size is %d (only a hint)\n", file, lines, max
}
