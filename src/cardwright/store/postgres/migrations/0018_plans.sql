-- One plan for calls of any size. Left to itself the planner takes its estimate for a few rows to be cheaper than the one
-- for any number, and plans each call of a few anew: a create that comes alone then takes twice the time.
ALTER FUNCTION keep SET plan_cache_mode TO force_generic_plan;
