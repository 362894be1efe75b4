# ambauth: sign-in for Apple Messages for Business.
#
#   make run      install what is missing, build, serve a demo (PORT=, VAR=)
#   make check    install what the tests need, run them all
#   make          build/ambauth and nothing else
#   make tools    build/bench/load, the load generator
#   make lint     format, include direction, sizes, banned functions
#   make fmt      let clang-format write
#   make fuzz     run each fuzz target for FUZZ_SECONDS (30)
#   make bench    measure, beside what it is compared with (docs/measuring.md)
#   make bench-scale  the same at ten million customers
#   make clean

BUILD		?= build
PORT		?= 8443
VAR		?= var
TLS		?= on
FUZZ_SECONDS	?= 30
SANITIZE	?=
PREFIX		?= /usr/local
DESTDIR		?=
ifeq ($(origin CC),default)
CC		:= gcc
endif
KORE_CC		?= gcc
# V=1 shows each command.
Q		:= $(if $(V),,@)
say		 = @$(if $(V),:,printf '  %-5s %s\n')

VERSION		:= 0.1.0
KORE_SOURCE	 = $(shell kodev source 2>/dev/null || echo /usr/share/kore)

WARNINGS	:= -Wall -Wextra -Werror -Wstrict-prototypes \
		   -Wmissing-prototypes -Wmissing-declarations -Wshadow \
		   -Wpointer-arith -Wcast-qual -Wsign-compare -Wtype-limits
FEATURES	:= -DKORE_SINGLE_BINARY -DKORE_USE_TASKS
HARDEN		:= -fstack-protector-strong -fPIE
ifeq ($(SANITIZE),)
OPTIMISE	:= -O2 -g -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
else
OPTIMISE	:= -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) \
		   -fno-sanitize-recover=undefined
endif
CFLAGS		+= -std=c99 -pedantic -D_GNU_SOURCE $(WARNINGS) $(OPTIMISE) \
		   $(HARDEN)
CPPFLAGS	+= -Isrc -I$(BUILD)/gen -isystem $(KORE_SOURCE)/include \
		   -I/usr/include/postgresql $(FEATURES) \
		   -DAMBAUTH_VERSION='"$(VERSION)"'
LDFLAGS		+= -pie -Wl,-z,relro -Wl,-z,now
ifneq ($(SANITIZE),)
LDFLAGS		+= -fsanitize=$(SANITIZE)
endif
LDLIBS		:= -ljwt -ljansson -lsodium -linih -lcrypt -lpq -lcurl -lz \
		   -lssl -lcrypto -lpthread -ldl -lm

# Kore's packaged source is not changed; what it gets wrong on OpenSSL 3 and in
# reading requests is put right between it and its libraries.
WRAP		:= EVP_PKEY_get0 SSL_CTX_use_PrivateKey \
		   EC_KEY_METHOD_set_sign RSA_meth_set_priv_enc \
		   net_recv_reset net_recv_queue \
		   kore_signal_setup kore_worker_init kore_domain_tlsinit \
		   kore_msg_send epoll_wait poll __poll_chk bind \
		   SSL_accept SSL_read SSL_write SSL_free
# Kore's sandbox would end only the thread that breaks it, which nobody sees.
KORE_POLICY	:= -DSECCOMP_KILL_POLICY=SECCOMP_RET_KILL_PROCESS
KORE_LDFLAGS	:= -rdynamic $(WRAP:%=-Wl,--wrap=%)

SRC		:= $(wildcard $(patsubst %,src/%/*.c,base crypto store oauth \
		   login apple http endpoint cli app))
# What needs Kore to link; all else is a library that tests use too.
SERVER_SRC	:= $(filter src/app/%.c src/endpoint/%.c src/http/request.c \
		   src/http/reply.c,$(SRC))
LIB_SRC		:= $(filter-out $(SERVER_SRC),$(SRC))
GEN		:= $(BUILD)/gen/store/statements.c \
		   $(BUILD)/gen/store/migrations.c $(BUILD)/gen/http/assets.c
SERVER_OBJ	:= $(SERVER_SRC:src/%.c=$(BUILD)/obj/%.o)
LIB_OBJ		:= $(LIB_SRC:src/%.c=$(BUILD)/obj/%.o) \
		   $(GEN:$(BUILD)/gen/%.c=$(BUILD)/obj/gen/%.o)
LIB		:= $(BUILD)/libambauth.a
UNIT		:= $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard \
		   tests/unit/test_*.c))
FUZZ		:= $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard \
		   tests/fuzz/fuzz_*.c))

LOAD_OBJ	:= $(patsubst tests/bench/load/%.c,$(BUILD)/bench/load.d/%.o, \
		   $(wildcard tests/bench/load/*.c))
LOAD_LIBS	:= -ljansson -lssl -lcrypto -lm

all: $(BUILD)/ambauth

$(BUILD)/ambauth: $(SERVER_OBJ) $(LIB) $(BUILD)/kore/.done
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $(KORE_LDFLAGS) -o $@ $(SERVER_OBJ) \
	    $(BUILD)/kore/*.o $(LIB) $(LDLIBS)

$(LIB): $(LIB_OBJ)
	@rm -f $@
	$(say) AR $@
	$(Q)ar rcs $@ $(LIB_OBJ)

$(BUILD)/obj/%.o: src/%.c | $(GEN)
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# Kore knows of no dependencies between its headers and our flags: build once.
$(BUILD)/kore/.done:
	@mkdir -p $(@D)
	$(say) KORE $@
	$(Q)env -u MAKEFLAGS -u MFLAGS $(MAKE) -s -C $(KORE_SOURCE) objects \
	    CC="$(KORE_CC) $(KORE_POLICY)" OBJDIR=$(abspath $(BUILD))/kore \
	    KORE_SINGLE_BINARY=1 TASKS=1 SANITIZE=$(SANITIZE)
	@touch $@

$(BUILD)/embed: src/tools/embed.c
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(CC) -std=c99 -pedantic -D_GNU_SOURCE $(WARNINGS) -O1 -o $@ $<

$(BUILD)/gen/store/statements.c: $(BUILD)/embed $(wildcard sql/queries/*.sql) \
    sql/queries
	@mkdir -p $(@D)
	$(say) EMBED $@
	$(Q)$(BUILD)/embed statements $(BUILD)/gen $(filter %.sql,$^)

$(BUILD)/gen/store/migrations.c: $(BUILD)/embed \
    $(wildcard sql/migrations/*.sql) sql/migrations
	@mkdir -p $(@D)
	$(say) EMBED $@
	$(Q)$(BUILD)/embed migrations $(BUILD)/gen $(filter %.sql,$^)

$(BUILD)/gen/http/assets.c: $(BUILD)/embed $(wildcard assets/login/*.* \
    assets/login/locales/*) assets/login assets/login/locales
	@mkdir -p $(@D)
	$(say) EMBED $@
	$(Q)$(BUILD)/embed assets $(BUILD)/gen $(filter-out $(BUILD)/embed \
	    assets/login assets/login/locales,$^)

# What is run beside the server: the load generator of the benchmarks.
tools: $(BUILD)/bench/load

$(BUILD)/bench/load: $(LOAD_OBJ) $(LIB)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(LOAD_OBJ) $(LIB) $(LOAD_LIBS)

$(BUILD)/bench/load.d/%.o: tests/bench/load/%.c | $(GEN)
	@mkdir -p $(@D)
	$(say) CC $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# Each comes with its header, of which the objects know (-MMD).
$(GEN:.c=.h): %.h: %.c
	@touch -c $@

unit: $(UNIT)

$(BUILD)/tests/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ $< $(LIB) -lcmocka \
	    $(LDLIBS)

$(BUILD)/tests/unit/test_app_watchdog: src/app/watchdog.c
$(BUILD)/tests/unit/test_app_lane: src/app/lane.c
$(BUILD)/tests/unit/test_app_pool: src/app/lane.c src/app/pool.c

# Each harness with the replayer; `make fuzz` links the same with libFuzzer.
replay: $(FUZZ)

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIB)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ $< tests/fuzz/replay.c \
	    $(LIB) $(LDLIBS)

fuzz:
	tests/tools/install.sh build check
	tests/tools/fuzz.sh $(FUZZ_SECONDS)

# The baselines of `make bench`. Hello is Kore with the shim alone, so of the
# wraps it gets those that the shim defines.
BENCH		:= $(patsubst %,$(BUILD)/bench/%,hash_baseline ecies_baseline \
		   store_redeem hello)
HELLO_WRAP	 = $(sort $(patsubst __wrap_%,%,$(shell \
		   grep -o '^__wrap_[A-Za-z0-9_]*' src/app/openssl_shim.c)))

$(BUILD)/bench/hello: tests/bench/hello.c $(BUILD)/obj/app/openssl_shim.o \
    $(BUILD)/kore/.done
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -rdynamic \
	    $(HELLO_WRAP:%=-Wl,--wrap=%) -o $@ $< \
	    $(BUILD)/obj/app/openssl_shim.o $(BUILD)/kore/*.o $(LDLIBS)

$(BUILD)/bench/%: tests/bench/%.c tests/bench/baseline.c \
    tests/bench/baseline.h $(LIB)
	@mkdir -p $(@D)
	$(say) LINK $@
	$(Q)$(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) -o $@ $< \
	    tests/bench/baseline.c $(LIB) $(LDLIBS)

bench-programs: $(BENCH) $(BUILD)/bench/load

bench:
	tests/tools/install.sh build run bench
	$(MAKE) --no-print-directory all bench-programs
	BUILD=$(BUILD) CC=$(CC) /usr/bin/python3 tests/bench/bench.py

bench-scale:
	tests/tools/install.sh build run bench
	$(MAKE) --no-print-directory all bench-programs
	BUILD=$(BUILD) CC=$(CC) PARTS=scale KEEP=1 \
	    /usr/bin/python3 tests/bench/bench.py

run:
	tests/tools/install.sh build run
	$(MAKE) --no-print-directory all
	BUILD=$(BUILD) PORT=$(PORT) VAR=$(VAR) TLS=$(TLS) tests/tools/run.sh

check:
	tests/tools/install.sh build run check
	BUILD=$(BUILD) tests/tools/check.sh

lint:
	tests/tools/install.sh check
	tests/lint/lint.sh

fmt:
	tests/tools/install.sh check
	tests/lint/format.py --fix $(wildcard src/*/*.[ch] tests/unit/*.[ch] \
	    tests/fuzz/*.[ch] tests/bench/*.[ch] tests/bench/*/*.[ch])

clean:
	rm -rf $(BUILD)

.PHONY: all tools unit replay fuzz bench bench-programs bench-scale run check \
    lint fmt clean
.SECONDARY:

-include $(SERVER_OBJ:.o=.d) $(LIB_OBJ:.o=.d) $(LOAD_OBJ:.o=.d)
