// RocksDB with every check for flipped bits on, and no recovery from a failed write.
#include "storage/rocksdb_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <atomic>
#include <cstdarg>
#include <filesystem>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status_macros.h"

namespace fusionhub::storage {
namespace {

namespace rdb = ROCKSDB_NAMESPACE;

constexpr size_t kProtectionBytesPerKey = 8;

using Handle = std::shared_ptr<rdb::ColumnFamilyHandle>;

rdb::Slice ToSlice(absl::string_view text) { return rdb::Slice(text.data(), text.size()); }
absl::string_view ToView(const rdb::Slice& slice) { return {slice.data(), slice.size()}; }

// `what` is a phrase such as "cannot read". RocksDB's text names files, never values.
absl::Status ToStatus(const rdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat("the store ", what, ": ", status.ToString());
  if (status.IsColumnFamilyDropped()) return absl::FailedPreconditionError(text);
  if (status.IsInvalidArgument() || status.IsNotSupported()) return absl::InternalError(text);
  return absl::DataLossError(text);
}

// RocksDB's warnings as lines of our log, without their arguments, which may hold keys. Not
// RocksDB's own LOG file: on a full disk Debian's build of it fails an assertion and takes the
// process down.
class WarningLog final : public rdb::Logger {
 public:
  using rdb::Logger::Logv;
  WarningLog() : rdb::Logger(rdb::InfoLogLevel::WARN_LEVEL) {}
  void LogHeader(const char*, va_list) override {}
  void Logv(const char*, va_list) override {}
  void Logv(const rdb::InfoLogLevel level, const char* format, va_list) override {
    if (level < rdb::InfoLogLevel::WARN_LEVEL || level > rdb::InfoLogLevel::FATAL_LEVEL) return;
    const bool warning = level == rdb::InfoLogLevel::WARN_LEVEL;
    Log(warning ? LogLevel::kWarn : LogLevel::kError, "rocksdb_message", format);
  }
};

rdb::Options MakeOptions(const RocksDbOptions& settings) {
  rdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  options.paranoid_file_checks = true;
  options.file_checksum_gen_factory = rdb::GetFileChecksumGenCrc32cFactory();
  options.wal_recovery_mode = rdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_bgerror_resume_count = 0;       // a failed write stays failed
  options.compression = rdb::kNoCompression;  // most values are ciphertext
  options.db_write_buffer_size = settings.write_buffer_bytes;
  options.max_open_files = settings.max_open_files;
  options.info_log = std::make_shared<WarningLog>();
  options.info_log_level = rdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  rdb::BlockBasedTableOptions table;
  table.block_cache = rdb::NewLRUCache(settings.block_cache_bytes);
  options.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return options;
}

// Thread-safe. Readers hold a family's handle, so that one dropped meanwhile stays readable to
// them.
class RocksDbStore final : public Store {
 public:
  RocksDbStore(std::unique_ptr<rdb::DB> db, const rdb::ColumnFamilyOptions& family_options,
               const std::vector<rdb::ColumnFamilyHandle*>& handles)
      : family_options_(family_options), db_(std::move(db)) {
    for (rdb::ColumnFamilyHandle* handle : handles) Adopt(handle);
  }

  absl::StatusOr<std::string> Get(absl::string_view family, absl::string_view key) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(const Handle handle, Find(family));
    std::string value;
    const rdb::Status status = db_->Get(rdb::ReadOptions(), handle.get(), ToSlice(key), &value);
    if (status.IsNotFound()) return absl::NotFoundError("no such key");
    FUSIONHUB_RETURN_IF_ERROR(ToStatus(status, "cannot read"));
    return value;
  }

  absl::Status Scan(
      absl::string_view family, absl::string_view begin, absl::string_view end,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(const Handle handle, Find(family));
    if (!end.empty() && begin >= end) return absl::OkStatus();
    rdb::ReadOptions options;
    const rdb::Slice bound = ToSlice(end);
    if (!end.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rdb::Iterator> iterator(db_->NewIterator(options, handle.get()));
    for (iterator->Seek(ToSlice(begin)); iterator->Valid(); iterator->Next()) {
      if (!visit(ToView(iterator->key()), ToView(iterator->value()))) break;
    }
    return ToStatus(iterator->status(), "cannot scan");
  }

  absl::StatusOr<std::pair<std::string, std::string>> Last(absl::string_view family,
                                                           absl::string_view end) const override {
    FUSIONHUB_ASSIGN_OR_RETURN(const Handle handle, Find(family));
    const std::unique_ptr<rdb::Iterator> iterator(
        db_->NewIterator(rdb::ReadOptions(), handle.get()));
    if (end.empty()) {
      iterator->SeekToLast();
    } else {
      iterator->SeekForPrev(ToSlice(end));
      if (iterator->Valid() && ToView(iterator->key()) == end) iterator->Prev();
    }
    FUSIONHUB_RETURN_IF_ERROR(ToStatus(iterator->status(), "cannot read"));
    if (!iterator->Valid()) return absl::NotFoundError("no key below the bound");
    return std::make_pair(iterator->key().ToString(), iterator->value().ToString());
  }

  absl::Status Write(const WriteBatch& batch, Sync sync) override {
    // The turn is taken first by all: without it a stream of plain writes starves a conditional
    // one.
    std::unique_lock turn(turn_);
    if (batch.preconditions().empty()) {
      const std::shared_lock lock(writes_);
      turn.unlock();
      return Apply(batch, sync);
    }
    const std::unique_lock lock(writes_);
    FUSIONHUB_RETURN_IF_ERROR(CheckPreconditions(batch));
    return Apply(batch, sync);
  }

  absl::Status CreateFamily(absl::string_view family) override {
    FUSIONHUB_RETURN_IF_ERROR(CheckFamilyName(family));
    MutexLock change(changes_);
    if (Find(family).ok()) return absl::OkStatus();
    rdb::ColumnFamilyHandle* handle = nullptr;
    FUSIONHUB_RETURN_IF_ERROR(
        ToStatus(db_->CreateColumnFamily(family_options_, std::string(family), &handle),
                 "cannot create a family"));
    Adopt(handle);
    return absl::OkStatus();
  }

  absl::Status DropFamily(absl::string_view family) override {
    MutexLock change(changes_);
    // A batch that meets a dropped family half way would be in the log but not in memory.
    const std::lock_guard turn(turn_);
    const std::unique_lock exclusive(writes_);
    const absl::StatusOr<Handle> handle = Find(family);
    if (!handle.ok()) {
      return absl::NotFoundError(absl::StrCat("no family '", family, "' to drop"));
    }
    FUSIONHUB_RETURN_IF_ERROR(
        ToStatus(db_->DropColumnFamily(handle->get()), "cannot drop a family"));
    MutexLock lock(mu_);
    families_.erase(std::string(family));
    return absl::OkStatus();
  }

  std::vector<std::string> Families() const override {
    MutexLock lock(mu_);
    std::vector<std::string> names;
    for (const auto& [name, handle] : families_) names.push_back(name);
    return names;
  }

 private:
  void Adopt(rdb::ColumnFamilyHandle* raw) {
    rdb::DB* const db = db_.get();
    Handle handle(raw, [db](rdb::ColumnFamilyHandle* h) { db->DestroyColumnFamilyHandle(h); });
    if (raw->GetName() == rdb::kDefaultColumnFamilyName) return;  // RocksDB's own, unused here
    MutexLock lock(mu_);
    families_[raw->GetName()] = std::move(handle);
  }

  absl::StatusOr<Handle> Find(absl::string_view family) const {
    MutexLock lock(mu_);
    const auto found = families_.find(family);
    if (found == families_.end()) return NoFamilyError(family);
    return found->second;
  }

  absl::Status CheckPreconditions(const WriteBatch& batch) const {
    for (const WriteBatch::Precondition& precondition : batch.preconditions()) {
      const absl::StatusOr<std::string> now = Get(precondition.family, precondition.key);
      if (!now.ok() && !absl::IsNotFound(now.status())) return now.status();
      const bool holds =
          now.ok() ? precondition.expected == *now : !precondition.expected.has_value();
      if (!holds) return PreconditionError(precondition.family);
    }
    return absl::OkStatus();
  }

  absl::Status Apply(const WriteBatch& batch, Sync sync) {
    if (failed_.load()) {
      return absl::DataLossError("the store refuses writes since one failed; end the process");
    }
    rdb::WriteBatch changes(/*reserved_bytes=*/0, /*max_bytes=*/0, kProtectionBytesPerKey,
                            /*default_cf_ts_sz=*/0);
    std::vector<Handle> held;  // until the write is done
    for (const WriteBatch::Operation& operation : batch.operations()) {
      FUSIONHUB_ASSIGN_OR_RETURN(Handle handle, Find(operation.family));
      const rdb::Status added = operation.kind == WriteBatch::Operation::Kind::kPut
                                    ? changes.Put(handle.get(), operation.key, operation.value)
                                    : changes.Delete(handle.get(), operation.key);
      FUSIONHUB_RETURN_IF_ERROR(ToStatus(added, "cannot make a batch"));
      held.push_back(std::move(handle));
    }
    rdb::WriteOptions options;
    options.sync = sync == Sync::kYes;
    const absl::Status written = ToStatus(db_->Write(options, &changes), "cannot write");
    if (absl::IsDataLoss(written)) failed_.store(true);
    return written;
  }

  const rdb::ColumnFamilyOptions family_options_;
  const std::unique_ptr<rdb::DB> db_;  // outlives the handles below
  std::atomic<bool> failed_ = false;
  // Held exclusively from a precondition's check to its write, shared by all other writes. In
  // order: turn_, writes_, mu_.
  std::mutex turn_;
  std::shared_mutex writes_;
  Mutex changes_;  // one creation or drop at a time
  mutable Mutex mu_;
  std::map<std::string, Handle, std::less<>> families_ FUSIONHUB_GUARDED_BY(mu_);
};

// A folder with data files but without CURRENT is damaged: RocksDB would start anew in it.
absl::StatusOr<bool> HasDatabase(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(absl::StrCat(path, "/CURRENT"), error)) return true;
  std::filesystem::directory_iterator files(path, error);
  for (; !error && files != std::filesystem::directory_iterator(); files.increment(error)) {
    const std::string extension = files->path().extension();
    if (extension == ".sst" || extension == ".log") {
      return absl::DataLossError(absl::StrCat(
          "the store in ", path, " has data but no CURRENT file; restore it from a backup"));
    }
  }
  if (error) return absl::DataLossError(absl::StrCat("cannot list ", path, ": ", error.message()));
  return false;
}

// The families to open: those asked for and those on disk.
absl::StatusOr<std::vector<std::string>> FamiliesToOpen(const RocksDbOptions& settings,
                                                        const rdb::Options& options) {
  std::vector<std::string> names = {rdb::kDefaultColumnFamilyName};
  FUSIONHUB_ASSIGN_OR_RETURN(const bool exists, HasDatabase(settings.path));
  if (exists) {
    FUSIONHUB_RETURN_IF_ERROR(ToStatus(rdb::DB::ListColumnFamilies(options, settings.path, &names),
                                       absl::StrCat("in ", settings.path, " cannot be listed")));
  }
  for (const std::string& family : settings.families) {
    FUSIONHUB_RETURN_IF_ERROR(CheckFamilyName(family));
    if (std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  }
  return names;
}

absl::Status OpenError(const rdb::Status& status, const std::string& path) {
  // RocksDB tells a held lock from a broken disk in its text only.
  if (status.IsIOError() && absl::StrContains(status.ToString(), "/LOCK")) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store in ", path, " is open in another process or not writable (",
                     status.ToString(), "); stop that process or mend the permissions"));
  }
  return ToStatus(status, absl::StrCat("in ", path, " cannot be opened"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenRocksDb(const RocksDbOptions& settings) {
  FUSIONHUB_RETURN_IF_ERROR(MakeDirectories(settings.path));
  const rdb::Options options = MakeOptions(settings);
  FUSIONHUB_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                             FamiliesToOpen(settings, options));
  std::vector<rdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, options);
  std::vector<rdb::ColumnFamilyHandle*> handles;
  rdb::DB* db = nullptr;
  const rdb::Status status = rdb::DB::Open(options, settings.path, families, &handles, &db);
  if (!status.ok()) return OpenError(status, settings.path);
  return std::make_unique<RocksDbStore>(std::unique_ptr<rdb::DB>(db), options, handles);
}

}  // namespace fusionhub::storage
