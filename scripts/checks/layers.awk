# Refuses an include that climbs, and an outside library outside its fence.
# Called with all .c and .h files; names file, line and rule. Tests may include
# anything.

BEGIN {
	may["base"]    = "base"
	may["proto"]   = "base"
	may["wire"]    = "proto base"
	may["domain"]  = "proto base"
	may["store"]   = "wire proto base"
	may["bus"]     = "wire proto base"
	may["runtime"] = "bus store wire domain proto base"
	may["services"] = "runtime wire store domain proto base"
	# ppidctl opens a stopped store by its service and speaks on the bus; ppid-node joins services.
	may["services/ctl"]  = "runtime bus store wire domain proto base services"
	may["services/node"] = "runtime bus store wire domain proto base services"

	fence["lmdb.h"] = "common/store/"
	fence["zmq.h"] = "common/bus/"
	fence["czmq.h"] = "common/bus/"
	fence["msgpack.h"] = "common/wire/"
	fence["curl/curl.h"] = "services/notification/"
	fence["microhttpd.h"] = "services/gateway/"
	split("assert ctype dirent errno fcntl fnmatch getopt ifaddrs inttypes limits locale math " \
		"netdb poll pthread pwd sched setjmp signal sodium spawn stdalign stdarg stdatomic stdbool " \
		"stddef stdint stdio stdlib stdnoreturn string strings sysexits syslog termios time unistd " \
		"wchar semaphore glob grp libgen langinfo endian byteswap ftw", words, " ")
	for (i in words)
		plain[words[i] ".h"] = 1
}

FNR == 1 {
	split(FILENAME, part, "/")
	where = part[1] == "common" ? part[2] : part[1] == "services" ? "services" : ""
	service = part[1] == "services" ? part[2] : ""
	key = where
	if (("services/" service) in may)
		key = "services/" service
}

where != "" && /^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*$/, "", name)
	at = index(name, "/")
	if (at == 0) {
		if (where != "services")
			refuse("an include names its layer: \"" where "/" name "\"")
		next
	}
	to = substr(name, 1, at - 1)
	if (to == where || (to == service && service != ""))
		next
	if (to in may) {
		if (index(" " may[key] " ", " " to " ") == 0)
			refuse(key " may not include " to ", only " may[key])
	} else if (where != "services")
		refuse(where " may not include " to ": no such layer below it")
	else if (index(may[key], "services") == 0)
		refuse("a service never includes another service (" to ")")
}

where != "" && /^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*$/, "", name)
	outside = name ~ /^msgpack\// ? "msgpack.h" : name ~ /^curl\// ? "curl/curl.h" : name
	if (outside in fence) {
		if (index(FILENAME, fence[outside]) != 1)
			refuse("<" name "> belongs to " fence[outside] " alone")
	} else if (!(name in plain) && name !~ /^(sys|linux|netinet|arpa|net)\/[a-z_]+\.h$/)
		refuse("<" name "> is neither libc nor a library with a place of its own")
}

END { exit bad > 0 }

function refuse(rule)
{
	printf "%s:%d: %s\n", FILENAME, FNR, rule
	bad++
}
