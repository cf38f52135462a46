//! The `latchkey` command.

/// A request makes some hundred small allocations, which this allocator serves in half the time of the system's.
/// Without huge pages (`no_thp`), which would double the memory that is resident.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    latchkey::cli::run()
}
