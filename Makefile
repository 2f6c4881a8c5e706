# 养老服务时间银行 · an elder-care time bank.  `make help` 列出全部目标 · lists every target.
.DEFAULT_GOAL := help
.PHONY: help demo test test-slow soak teeth fuzz lint bench-guangzhou bench-ledger bench-nanjing bench-rules bench-shanghai_yangpu \
        requirements clean
.DELETE_ON_ERROR:

VENV   := .venv
PY     := $(VENV)/bin/python
CITIES := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
CHECKS := lint,imports,types,house,
# Programs of Debian's that slow tests need; installed by make test-slow where it may.
DEBIAN := hledger strace

# Ask pip which mirror this machine prefers, so that uv, which does not read pip's settings, follows it.
MIRROR = $${UV_DEFAULT_INDEX:-$${UV_INDEX_URL:-$${PIP_INDEX_URL:-$$($(PY) -m pip config get global.index-url 2>/dev/null)}}}
UV_ENV = index="$(MIRROR)"; if [ -n "$$index" ]; then UV_DEFAULT_INDEX="$$index"; export UV_DEFAULT_INDEX; fi; \
         UV_PYTHON_DOWNLOADS="$${UV_PYTHON_DOWNLOADS:-never}"; export UV_PYTHON_DOWNLOADS
# uv where it could be had, else pip: the same packages, the same hashes.
INSTALL = $(UV_ENV); if [ -x $(VENV)/bin/uv ]; then set -- $(VENV)/bin/uv pip install --python $(PY) --quiet; \
          else set -- $(PY) -m pip install --quiet --disable-pip-version-check; fi; "$$@"

# Run environments of tox, then compare what ran on each database: $(1) others before them, $(2) on SQLite, $(3) on PostgreSQL.
RESULTS = .tox/results
TOX_ON_BOTH = rm -f $(RESULTS)/$(2).xml $(RESULTS)/$(3).xml; $(UV_ENV); \
         $(VENV)/bin/tox run -e $(1)$(2),$(3); checks=$$?; \
         $(PY) tests/both_databases.py $(RESULTS)/$(2).xml $(RESULTS)/$(3).xml && exit $$checks

help: ## 列出全部目标 · list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.house ## 运行演示：每个城市的一段故事，然后提供首页与接口 · a story of each city, then the pages and the API
	@if [ "$(SERVE)" = yes ] || { [ -t 1 ] && [ "$(SERVE)" != no ]; }; then \
	  $(VENV)/bin/timebank demo --serve $(if $(PORT),--port $(PORT)); \
	else $(VENV)/bin/timebank demo && \
	  echo "[demo] 首页、接口说明与接口 · the start page, the reference and the API:  make demo SERVE=yes"; fi

test: $(VENV)/.tox ## 全部快速检查，SQLite 与 PostgreSQL 各跑一遍 · every quick check, on SQLite and PostgreSQL
	@echo "[test] 代码检查与测试（两种数据库） · checks, and the tests on both databases"
	@$(call TOX_ON_BOTH,$(CHECKS),sqlite,postgres)

test-slow: $(VENV)/.tox ## 慢测试（标记为 slow），两种数据库 · the tests marked slow, on both databases
	@echo "[test-slow] 慢测试（两种数据库） · the slow tests on both databases"
	@$(PY) tests/debian.py $(DEBIAN)
	@$(call TOX_ON_BOTH,,sqlite-slow,postgres-slow)

soak: $(VENV)/.tox ## 用更大的规模折腾账本：MINUTES=60 · torture and crash tests in larger sizes, for MINUTES=60
	@$(PY) tests/debian.py $(DEBIAN)
	@$(UV_ENV); $(VENV)/bin/tox run -q -e soak -- $(or $(MINUTES),60)

teeth: $(VENV)/.tox ## 故意种下每个故障，看指名的测试变红 · plant each fault, and see the named test go red
	@$(UV_ENV); $(VENV)/bin/tox run -q -e teeth

fuzz: $(VENV)/.tox ## 随机请求接口，看它守不守契约 · send the API whatever can be drawn, and hold it to its contract
	@$(UV_ENV); $(VENV)/bin/tox run -e fuzz

lint: $(VENV)/.tox ## 只做代码、分层与类型检查 · style, layers and types only
	@$(UV_ENV); $(VENV)/bin/tox run -e lint,imports,types

bench-nanjing: ## 压测：合成一座公布规模的城市；也可 bench-guangzhou · measure a synthetic city of published size
bench-guangzhou bench-nanjing bench-shanghai_yangpu: bench-%: $(VENV)/.tox
	@$(UV_ENV); $(VENV)/bin/tox run -q -e bench -- --city $*

bench-ledger: $(VENV)/.tox ## 压测：账本与同一次运行里的对照比 · measure the ledger beside baselines in the same run
	@$(UV_ENV); $(VENV)/bin/tox run -q -e bench-ledger

bench-rules: $(VENV)/.tox ## 压测：规则文件查得怎样、有多快 · measure how well and how fast rule files are checked
	@$(UV_ENV); $(VENV)/bin/tox run -q -e bench-rules $(if $(filter yes,$(SOAK)),-- --edits 100000)

requirements: $(VENV)/.tox ## 重新锁定依赖版本与哈希 · pin every dependency and its hash anew
	@$(UV_ENV); for name in run build tox test bench; do \
	  source=requirements/$$name.in; [ $$name = run ] && source=pyproject.toml; \
	  $(VENV)/bin/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-header $$source --output-file requirements/$$name.txt || exit 1; done

clean: ## 删除本项目生成的文件 · remove whatever these targets made
	rm -rf $(VENV) .tox .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.python:
	@fit='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; \
	for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if $$python -c "$$fit" >/dev/null 2>&1; then found=$$python; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "需要 Python 3.11 或更新版本，并带 venv 与 ensurepip（Debian/Ubuntu：apt install python3-venv）；也可用 make PYTHON=路径 指定。" >&2; \
	  echo "Python 3.11 or newer is needed, with venv and ensurepip (Debian/Ubuntu: apt install python3-venv); or name one: make PYTHON=path." >&2; \
	  exit 1; fi; \
	echo "[1/3] 用 $$($$found --version) 建立 $(VENV) · making $(VENV)"; \
	rm -rf $(VENV) && $$found -m venv $(VENV) && touch $@

$(VENV)/.packages: $(VENV)/.python requirements/run.txt requirements/build.txt
	@echo "[2/3] 安装依赖（版本与哈希均已锁定） · installing pinned, hashed packages"
	@sed -n '/^uv==/,/[^\\]$$/p' requirements/build.txt > $(VENV)/uv.txt; \
	[ -x $(VENV)/bin/uv ] || $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt \
	  || echo "      没有 uv，改用 pip，会慢一些 · no uv here, so pip, which is slower"
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@sed '/^uv==/,/[^\\]$$/d' requirements/build.txt > $(VENV)/build.txt; $(INSTALL) --require-hashes -r $(VENV)/build.txt
	@touch $@

$(VENV)/.house: $(VENV)/.packages pyproject.toml $(CITIES:%=%/pyproject.toml)
	@echo "[3/3] 安装 timebank 与各城市插件 · installing timebank and its cities: $(CITIES:plugins/%=%)"
	@$(INSTALL) --no-deps --no-build-isolation -e . $(CITIES:%=-e ./%)
	@touch $@

$(VENV)/.tox: $(VENV)/.house requirements/tox.txt
	@echo "[tox] 安装测试工具 tox · installing tox, which runs the checks"
	@$(INSTALL) --require-hashes -r requirements/tox.txt
	@touch $@
