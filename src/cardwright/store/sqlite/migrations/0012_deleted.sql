-- The list of deleted contacts goes by when they were deleted, past all other changes.
CREATE INDEX change_deleted ON change (change) WHERE kind = 'deleted';
