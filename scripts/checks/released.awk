# Compares what was ever released with the declarations of today.
#   awk -f released.awk proto/released.txt proto/*.msg     refuses a changed number
#   awk -f released.awk -v list=1 proto/*.msg              prints today's lines
# Lines of the list: "message NAME CODE", "field MESSAGE NUMBER NAME TYPE" (TYPE
# as declared, its "?" included, a list as list:NAME) and "value ENUM NUMBER NAME".
# Every line must stay true for ever: a number is never reused, renamed or retyped.

FILENAME ~ /\.txt$/ {
	if ($1 == "message" && NF == 3) {
		released_code[$2] = tolower($3)
		at_line[$2] = FNR
	} else if ($1 == "field" && NF == 5) {
		released_field[$2 " " $3] = $4 " " $5
		at_line[$2 " " $3] = FNR
	} else if ($1 == "value" && NF == 4) {
		released_field[$2 " " $3] = $4 " (enum)"
		at_line[$2 " " $3] = FNR
	} else if (NF > 0 && $1 !~ /^#/) {
		printf "%s:%d: not a line of this list: %s\n", FILENAME, FNR, $0
		bad++
	}
	list_name = FILENAME
	next
}

{ sub(/#.*/, "") }

/^[a-z]/ {
	message = ""
	enum = $1 == "enum" ? $2 : ""
	if ($3 ~ /^0x[0-9a-fA-F]+$/) {
		message = $2
		code[message] = tolower($3)
		if (list)
			print "message", message, code[message]
		if (code[message] in owner) {
			printf "%s:%d: code %s is that of %s\n", FILENAME, FNR, $3, owner[code[message]]
			bad++
		}
		owner[code[message]] = message
	}
	next
}

/^[ \t]+[0-9]+[ \t]/ && message != "" {
	type = $2
	name = $3
	if (type ~ /^list\??$/) {
		type = type ":" $3
		name = $4
	}
	field[message " " ($1 + 0)] = name " " type
	if (list)
		print "field", message, $1 + 0, name, type
}

/^[ \t]+[0-9]+[ \t]/ && enum != "" {
	field[enum " " ($1 + 0)] = $2 " (enum)"
	if (list)
		print "value", enum, $1 + 0, $2
}

END {
	for (name in released_code)
		if (!(name in code))
			complain(name, "message " name " was released and is gone")
		else if (code[name] != released_code[name])
			complain(name, "message " name " was released as " released_code[name] ", is now " code[name])
	for (name in released_code)
		if (released_code[name] in owner && owner[released_code[name]] != name)
			complain(name, "code " released_code[name] " belongs to " name ", is now used by " \
				owner[released_code[name]])
	for (key in released_field)
		if (!(key in field))
			complain(key, "field " key " (" released_field[key] ") was released and is gone")
		else if (field[key] != released_field[key])
			complain(key, "field " key " was released as " released_field[key] ", is now " field[key])
	exit bad > 0
}

function complain(key, sentence)
{
	printf "%s:%d: %s\n", list_name, at_line[key], sentence
	bad++
}
